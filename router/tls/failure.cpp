#include "router/tls/failure.hpp"

#include "router/tls/certificate.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace banyan::tls {
namespace {

struct Known {
  long code;
  std::string_view word, detail;
};

constexpr Known known[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "upstream-certificate-expired", "the upstream's certificate has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "upstream-certificate-not-yet-valid",
     "the upstream's certificate is not valid yet"},
    {X509_V_ERR_HOSTNAME_MISMATCH, "upstream-certificate-wrong-host",
     "the upstream's certificate is for another host"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "upstream-certificate-wrong-host",
     "the upstream's certificate is for another host"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "upstream-certificate-untrusted",
     "the upstream's certificate is self-signed and not trusted"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "upstream-certificate-untrusted",
     "the upstream's certificate comes from an authority that is not trusted"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "upstream-certificate-untrusted",
     "the upstream's certificate comes from an authority that is not trusted"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "upstream-certificate-untrusted",
     "the upstream's certificate comes from an authority that is not trusted"},
};

void free_refused(void*, void* certificate, CRYPTO_EX_DATA*, int, long, void*) {
  X509_free(static_cast<X509*>(certificate));
}

int place_of_refused() {
  static const int place = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_refused);
  return place;
}

Failure of_verification(ssl_st* connection, long code, std::string_view wanted_name) {
  Failure failure{"upstream-certificate-invalid", "the upstream's certificate was not accepted", {}};
  for (const auto& entry : known)
    if (entry.code == code) failure.word = entry.word, failure.detail = entry.detail;
  failure.text = std::string(failure.detail) + ": " + X509_verify_cert_error_string(code);
  if (!wanted_name.empty()) failure.text += "; wanted " + std::string(wanted_name);
  if (const auto* refused = static_cast<const X509*>(SSL_get_ex_data(connection, place_of_refused())))
    failure.text += "; got " + describe(refused);
  return failure;
}

}  // namespace

int note_refused(int accepted, x509_store_ctx_st* verification) {
  X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  auto* connection =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (accepted != 1 && certificate != nullptr && connection != nullptr) {
    X509_up_ref(certificate);
    X509_free(static_cast<X509*>(SSL_get_ex_data(connection, place_of_refused())));
    SSL_set_ex_data(connection, place_of_refused(), certificate);
  }
  return accepted;
}

std::string take_errors() {
  std::string text;
  const char* data = nullptr;
  int flags = 0;
  while (const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
    const char* reason = ERR_reason_error_string(code);
    if (!text.empty()) text += "; ";
    text += reason != nullptr ? reason : "error " + std::to_string(code);
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0') text += std::string(" (") + data + ")";
  }
  return text.empty() ? "no reason given" : text;
}

void forget_errors() { ERR_clear_error(); }

Failure upstream_failure(ssl_st* connection, std::string_view wanted_name) {
  return upstream_failure(connection, wanted_name, take_errors());
}

Failure upstream_failure(ssl_st* connection, std::string_view wanted_name, std::string errors) {
  const bool verifies = (SSL_get_verify_mode(connection) & SSL_VERIFY_PEER) != 0;
  const long code = SSL_get_verify_result(connection);
  if (verifies && code != X509_V_OK) return of_verification(connection, code, wanted_name);
  return {"upstream-tls-failed", "the TLS handshake with the upstream failed",
          "the TLS handshake with the upstream failed: " + std::move(errors)};
}

}  // namespace banyan::tls
