// Why a TLS connection, or a file for one, is of no use: a word for machines and words for people.
#pragma once
#include <string>
#include <string_view>

struct ssl_st;
struct x509_store_ctx_st;

namespace banyan::tls {

struct Failure {
  std::string_view word;    // static: "upstream-certificate-expired"; empty: none
  std::string_view detail;  // static: one sentence without names, fit for the client
  std::string text;         // for the log: what exactly is wrong, with names, and OpenSSL's reason
};

// OpenSSL's own words for the errors of this thread, oldest first; forgets them. Never empty.
std::string take_errors();
void forget_errors();

// A verification callback: changes no verdict, but remembers the certificate that was refused for upstream_failure().
int note_refused(int accepted, x509_store_ctx_st* verification);

// Of a handshake with an upstream that did not succeed: looks at the certificate first, then at this thread's errors.
Failure upstream_failure(ssl_st* connection, std::string_view wanted_name);
// The same when somebody else has taken the errors already.
Failure upstream_failure(ssl_st* connection, std::string_view wanted_name, std::string errors);

}  // namespace banyan::tls
