#include "router/tls/client_failure.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

namespace banyan::tls {
namespace {

std::string_view verification_word(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "certificate-expired";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "certificate-untrusted";
    default:
      return "certificate-refused";
  }
}

// Alerts that the client has sent: it did not like what it was shown.
std::string_view alert_word(int reason) {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return "client-refused-ours";
    default:
      return "client-alert";
  }
}

}  // namespace

std::string_view client_failure_word(unsigned long error, long verdict) {
  if (error == 0) return "closed";
  const int reason = ERR_GET_REASON(error);
  switch (reason) {
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return "plain-http";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_UNEXPECTED_MESSAGE:
      return "not-tls";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return "version";
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
      return "no-shared-cipher";
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return "alpn";
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "no-certificate";
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return verification_word(verdict);
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return "closed";
    default:
      break;
  }
  const bool alert = ERR_GET_LIB(error) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET;
  return alert ? alert_word(reason) : "other";
}

std::string ClientFailureLog::line(Clock::time_point now, std::string_view peer, std::string_view word, std::string_view text) {
  constexpr std::chrono::seconds quiet{10};
  Entry* entry = &entries_.back();
  for (auto& one : entries_) {
    if (!one.word.empty() && one.word != word) continue;
    entry = &one;
    break;
  }
  const bool first = entry->word.empty();
  if (!first && now - entry->written < quiet) {
    ++entry->left_out;
    return {};
  }
  std::string out = "TLS: no handshake with " + std::string(peer) + ": " + std::string(word);
  if (!text.empty()) out += " (" + std::string(text) + ")";
  if (entry->left_out > 0) out += "; " + std::to_string(entry->left_out) + " more like it were not written down";
  *entry = {word, now, 0};
  return out;
}

}  // namespace banyan::tls
