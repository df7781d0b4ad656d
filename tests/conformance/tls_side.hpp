// One side of a TLS conversation for tests, on OpenSSL and apart from the router's own code.
#pragma once
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace banyan::conformance {

struct TlsSide {
  std::string certificate{}, key{};  // PEM; empty: none
  std::string ca{};                  // PEM: verify the peer against it; empty: believe anybody
  bool demand_certificate = false;   // a server that wants one from its clients
  int least = 0, most = 0;           // TLS1_2_VERSION ...; 0: as OpenSSL likes
  std::string alpn{};                // wire format, such as "\x08http/1.1"
};

using TlsContext = std::shared_ptr<ssl_ctx_st>;
TlsContext make_context(bool server, const TlsSide& side);

}  // namespace banyan::conformance
