// Certificates, keys and trust as read from PEM files, and what is to be known about them. Immutable after loading:
// any thread. Loading blocks on the disk.
#pragma once
#include "router/config/config.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;
struct stack_st_X509;
struct x509_st;
struct x509_store_st;

namespace banyan::tls {

// A file that is of no use.
struct FileError {
  config::FileName file;
  std::string reason;  // "the key does not belong to the certificate in site.pem"
};

template <class T>
using Loaded = boost::system::result<std::shared_ptr<const T>, FileError>;

using UnixTime = std::chrono::sys_seconds;

struct Validity {
  UnixTime not_before;
  UnixTime not_after;  // the earliest of the chain
};

// Whether it is time to say that a certificate ends: two weeks before, or a third of its life if that is less.
bool ends_soon(const Validity& validity, UnixTime now);

// A certificate with its issuers and its private key.
class Identity {
 public:
  static Loaded<Identity> load(const config::CertificateFiles& files);

  const config::CertificateFiles& files() const { return files_; }
  const std::string& subject() const { return subject_; }  // RFC 4514
  const Validity& validity() const { return validity_; }
  const std::vector<std::string>& names() const { return names_; }  // DNS names; the common name if there are none
  x509_st* leaf() const { return leaf_.get(); }
  evp_pkey_st* key() const { return key_.get(); }
  const std::vector<std::shared_ptr<x509_st>>& issuers() const { return issuers_; }

 private:
  config::CertificateFiles files_;
  std::string subject_;
  Validity validity_;
  std::vector<std::string> names_;
  std::shared_ptr<x509_st> leaf_;
  std::shared_ptr<evp_pkey_st> key_;
  std::vector<std::shared_ptr<x509_st>> issuers_;
};

// Who is believed.
class Trust {
 public:
  static Loaded<Trust> load(const config::FileName& file);
  static Loaded<Trust> system();  // what the machine's certificate store says

  const config::FileName& file() const { return file_; }
  x509_store_st* store() const { return store_.get(); }
  const std::vector<std::shared_ptr<x509_st>>& authorities() const { return authorities_; }

 private:
  config::FileName file_;
  std::shared_ptr<x509_store_st> store_;
  std::vector<std::shared_ptr<x509_st>> authorities_;
};

std::string subject_of(const x509_st* certificate);  // RFC 4514, ASCII only
std::string describe(const x509_st* certificate);    // subject, names, issuer, validity: for logs
std::string format_date(UnixTime time);              // 2027-01-31

}  // namespace banyan::tls
