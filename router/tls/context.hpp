// What new connections are made from. Built once for each configuration that is loaded, shared by all threads; a
// connection keeps its own reference, so a context that was replaced lives until its last connection ends.
// Made with make_shared only. Any thread.
#pragma once
#include "router/tls/certificate.hpp"
#include "router/tls/connection.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;

namespace banyan::tls {

using Identities = std::vector<std::shared_ptr<const Identity>>;

// Towards clients. ALPN (RFC 7301) knows http/1.1 only: who offers only other protocols is refused.
class ServerContext : public std::enable_shared_from_this<ServerContext> {
 public:
  ServerContext(Identities identities, std::shared_ptr<const Trust> clients, const config::ListenerTls& settings);
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  // The descriptor stays the caller's.
  std::unique_ptr<Connection> accept(int descriptor) const;
  ssl_ctx_st* choose(std::string_view host) const;  // by SNI, see names.hpp

 private:
  std::vector<std::shared_ptr<ssl_ctx_st>> contexts_;
  std::vector<std::vector<std::string>> names_;
};

// Towards one upstream. Remembers the last session of each endpoint, so that the next handshake is a short one.
class ClientContext : public std::enable_shared_from_this<ClientContext> {
 public:
  ClientContext(std::shared_ptr<const Identity> identity, std::shared_ptr<const Trust> trust,
                const config::UpstreamTls& settings);
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;
  ~ClientContext();

  std::string server_name(const config::Address& endpoint) const;
  std::unique_ptr<Connection> connect(int descriptor, const config::Address& endpoint) const;
  // For those who move the bytes themselves; the caller frees it. The context must outlive it.
  ssl_st* make_handle(const config::Address& endpoint) const;

 private:
  struct Sessions;

  std::shared_ptr<ssl_ctx_st> context_;
  std::string server_name_;
  bool verify_;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace banyan::tls
