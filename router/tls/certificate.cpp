#include "router/tls/certificate.hpp"

#include "router/tls/failure.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>

namespace banyan::tls {
namespace {

using Certificates = std::vector<std::shared_ptr<X509>>;

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(std::max(size, 0L))};
}

UnixTime time_of(const ASN1_TIME* time) {
  std::tm broken{};
  if (ASN1_TIME_to_tm(time, &broken) != 1) return UnixTime{};
  return UnixTime(std::chrono::seconds(::timegm(&broken)));
}

std::vector<std::string> dns_names(const X509* certificate) {
  std::vector<std::string> out;
  auto* all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type != GEN_DNS) continue;
    out.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  GENERAL_NAMES_free(all);
  if (!out.empty()) return out;
  char common[256];
  const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common, sizeof common);
  if (size > 0) out.emplace_back(common, static_cast<std::size_t>(size));
  return out;
}

boost::system::result<std::string, FileError> read_file(const config::FileName& file) {
  errno = 0;
  std::ifstream stream(file.path, std::ios::binary);
  std::ostringstream bytes;
  if (stream) bytes << stream.rdbuf();
  if (!stream || stream.bad())
    return FileError{file, errno != 0 ? std::strerror(errno) : "it is empty or not a file"};
  return std::move(bytes).str();
}

// Every certificate of a PEM text, in its order; blocks of another kind are passed over.
boost::system::result<Certificates, FileError> read_certificates(const config::FileName& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())),
                                                         BIO_free);
  Certificates out;
  forget_errors();
  while (X509* one = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) out.emplace_back(one, X509_free);
  const bool only_the_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const std::string reason = take_errors();
  if (!only_the_end) return FileError{file, "certificate " + std::to_string(out.size() + 1) + ": " + reason};
  if (out.empty()) return FileError{file, "there is no PEM certificate in it"};
  return out;
}

int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

boost::system::result<std::shared_ptr<EVP_PKEY>, FileError> read_key(const config::FileName& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())),
                                                         BIO_free);
  bool asked = false;
  forget_errors();
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory.get(), nullptr, refuse_passphrase, &asked), EVP_PKEY_free);
  const bool nothing = text->find("PRIVATE KEY-----") == std::string::npos;  // OpenSSL 3 says "unsupported"
  const std::string reason = take_errors();
  OPENSSL_cleanse(text->data(), text->size());
  if (key) return key;
  if (asked) return FileError{file, "the key has a passphrase; Banyan reads keys without one"};
  return FileError{file, nothing ? "there is no PEM private key in it" : reason};
}

}  // namespace

bool ends_soon(const Validity& validity, UnixTime now) {
  const auto third = (validity.not_after - validity.not_before) / 3;
  return now > validity.not_after - std::min<std::chrono::seconds>(third, std::chrono::days(14));
}

std::string subject_of(const X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  return text_of(memory.get());
}

std::string format_date(UnixTime time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm broken{};
  ::gmtime_r(&seconds, &broken);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &broken)};
}

std::string describe(const X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(memory.get(), X509_get_issuer_name(certificate), 0, XN_FLAG_RFC2253);
  std::string names;
  for (const auto& name : dns_names(certificate)) names += (names.empty() ? "" : ", ") + name;
  return "subject '" + subject_of(certificate) + "' for [" + names.substr(0, 300) + "] by '" + text_of(memory.get()) +
         "', valid " + format_date(time_of(X509_get0_notBefore(certificate))) + " to " +
         format_date(time_of(X509_get0_notAfter(certificate)));
}

Loaded<Identity> Identity::load(const config::CertificateFiles& files) {
  auto chain = read_certificates(files.chain);
  if (!chain) return chain.error();
  auto key = read_key(files.key);
  if (!key) return key.error();
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    forget_errors();
    return FileError{files.key, "the key does not belong to the first certificate in " + files.chain.path};
  }
  auto identity = std::make_shared<Identity>();
  identity->files_ = files;
  identity->leaf_ = chain->front();
  identity->key_ = *key;
  identity->issuers_.assign(chain->begin() + 1, chain->end());
  identity->subject_ = subject_of(identity->leaf_.get());
  identity->names_ = dns_names(identity->leaf_.get());
  identity->validity_ = {time_of(X509_get0_notBefore(identity->leaf_.get())), UnixTime::max()};
  for (const auto& one : *chain)
    identity->validity_.not_after = std::min(identity->validity_.not_after, time_of(X509_get0_notAfter(one.get())));
  return std::shared_ptr<const Identity>(std::move(identity));
}

Loaded<Trust> Trust::load(const config::FileName& file) {
  auto authorities = read_certificates(file);
  if (!authorities) return authorities.error();
  auto trust = std::make_shared<Trust>();
  trust->file_ = file;
  trust->store_.reset(X509_STORE_new(), X509_STORE_free);
  for (const auto& one : *authorities) X509_STORE_add_cert(trust->store_.get(), one.get());
  trust->authorities_ = std::move(*authorities);
  forget_errors();
  return std::shared_ptr<const Trust>(std::move(trust));
}

Loaded<Trust> Trust::system() {
  auto trust = std::make_shared<Trust>();
  trust->store_.reset(X509_STORE_new(), X509_STORE_free);
  if (X509_STORE_set_default_paths(trust->store_.get()) != 1)
    return FileError{{}, "the system's certificate store cannot be used: " + take_errors()};
  forget_errors();
  return std::shared_ptr<const Trust>(std::move(trust));
}

}  // namespace banyan::tls
