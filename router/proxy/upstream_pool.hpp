// Connections to endpoints, kept open between requests, one pool per worker thread. A kept connection has a read
// pending, so that one which the upstream closes (or on which it speaks unasked) leaves the pool by itself.
// One thread.
#pragma once
#include "router/proxy/stream.hpp"
#include "router/upstreams/directory.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace banyan::proxy {

inline constexpr std::size_t upstream_buffer = 16 * 1024;

struct Connection final : StreamListener {
  Connection(Socket socket, std::uint32_t endpoint_id) : stream(std::move(socket), upstream_buffer), endpoint(endpoint_id) {}
  void on_stream_event() override;

  Stream stream;
  std::uint32_t endpoint;
  class UpstreamPool* pool = nullptr;
  bool reused = false;
  std::string sending{};  // bytes of a write that may outlive whoever asked for it
};

class UpstreamPool {
 public:
  // Null when none is kept. The last one used comes first: it is the least likely to be stale.
  std::unique_ptr<Connection> take(std::uint32_t endpoint);
  void keep(std::unique_ptr<Connection> connection, std::size_t most);
  // Closes now, frees when the last operation has ended.
  void discard(std::unique_ptr<Connection> connection);
  // From now on only connections to these endpoints are kept.
  void retain(const std::vector<std::uint32_t>& endpoints);
  void close_all();
  bool closing() const { return !dying_.empty(); }

 private:
  friend struct Connection;
  void on_idle_event(Connection* connection);

  std::vector<std::vector<std::unique_ptr<Connection>>> idle_;
  std::vector<bool> known_;  // by endpoint
  std::unordered_map<Connection*, std::unique_ptr<Connection>> dying_;
};

}  // namespace banyan::proxy
