#include "router/tls/client_failure.hpp"
#include "router/telemetry/metrics.hpp"

#include <gmock/gmock.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>

namespace banyan::tls {
namespace {

TEST(ClientFailure, Table) {
  const auto ssl = [](int reason) { return static_cast<unsigned long>(ERR_PACK(ERR_LIB_SSL, 0, reason)); };
  struct {
    unsigned long error;
    long verdict;
    std::string_view word;
  } const rows[] = {
      {0, X509_V_OK, "closed"},
      {ssl(SSL_R_UNEXPECTED_EOF_WHILE_READING), X509_V_OK, "closed"},
      {ssl(SSL_R_HTTP_REQUEST), X509_V_OK, "plain-http"},
      {ssl(SSL_R_WRONG_VERSION_NUMBER), X509_V_OK, "not-tls"},
      {ssl(SSL_R_UNSUPPORTED_PROTOCOL), X509_V_OK, "version"},
      {ssl(SSL_R_NO_SHARED_CIPHER), X509_V_OK, "no-shared-cipher"},
      {ssl(SSL_R_NO_APPLICATION_PROTOCOL), X509_V_OK, "alpn"},
      {ssl(SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE), X509_V_OK, "no-certificate"},
      {ssl(SSL_R_CERTIFICATE_VERIFY_FAILED), X509_V_ERR_CERT_HAS_EXPIRED, "certificate-expired"},
      {ssl(SSL_R_CERTIFICATE_VERIFY_FAILED), X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "certificate-untrusted"},
      {ssl(SSL_R_CERTIFICATE_VERIFY_FAILED), X509_V_ERR_CERT_REVOKED, "certificate-refused"},
      {ssl(SSL_R_TLSV1_ALERT_UNKNOWN_CA), X509_V_OK, "client-refused-ours"},
      {ssl(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE), X509_V_OK, "client-alert"},
      {ssl(SSL_R_BAD_LENGTH), X509_V_OK, "other"},
      {static_cast<unsigned long>(ERR_PACK(ERR_LIB_EVP, 0, SSL_AD_REASON_OFFSET + 48)), X509_V_OK, "other"},
  };
  for (const auto& row : rows) {
    const auto word = client_failure_word(row.error, row.verdict);
    EXPECT_EQ(word, row.word) << ERR_reason_error_string(row.error);
    const auto& counted = telemetry::tls_failure_words;
    EXPECT_NE(std::find(counted.begin(), counted.end(), word), counted.end()) << word;
  }
}

TEST(ClientFailureLog, OneLineForEachReasonInTenSeconds) {
  using std::chrono::seconds;
  ClientFailureLog log;
  const ClientFailureLog::Clock::time_point start{};
  EXPECT_EQ(log.line(start, "10.0.0.7", "version", "unsupported protocol"), "TLS: no handshake with 10.0.0.7: version (unsupported protocol)");
  EXPECT_EQ(log.line(start, "10.0.0.8", "timeout", ""), "TLS: no handshake with 10.0.0.8: timeout");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(log.line(start + seconds(9), "10.0.0.9", "version", "x"), "");
  EXPECT_EQ(log.line(start + seconds(10), "10.0.0.9", "version", "x"),
            "TLS: no handshake with 10.0.0.9: version (x); 1000 more like it were not written down");
  EXPECT_EQ(log.line(start + seconds(10), "10.0.0.9", "version", "x"), "");
  EXPECT_EQ(log.line(start + seconds(20), "10.0.0.9", "version", "x"),
            "TLS: no handshake with 10.0.0.9: version (x); 1 more like it were not written down");
  EXPECT_EQ(log.line(start + seconds(40), "10.0.0.9", "version", "x"), "TLS: no handshake with 10.0.0.9: version (x)");
}

}  // namespace
}  // namespace banyan::tls
