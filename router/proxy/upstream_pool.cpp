#include "router/proxy/upstream_pool.hpp"

#include <algorithm>
#include <utility>

namespace banyan::proxy {

void Connection::on_stream_event() { pool->on_idle_event(this); }

std::unique_ptr<Connection> UpstreamPool::take(std::uint32_t endpoint) {
  if (endpoint >= idle_.size() || idle_[endpoint].empty()) return nullptr;
  auto connection = std::move(idle_[endpoint].back());
  idle_[endpoint].pop_back();
  connection->reused = true;
  return connection;
}

void UpstreamPool::keep(std::unique_ptr<Connection> connection, std::size_t most) {
  if (connection->endpoint >= known_.size() || !known_[connection->endpoint]) return discard(std::move(connection));
  if (connection->endpoint >= idle_.size()) idle_.resize(connection->endpoint + 1);
  auto& kept = idle_[connection->endpoint];
  if (kept.size() >= most) return discard(std::move(connection));
  // A long body's buffer is not kept for connections that may never see one again.
  if (connection->stream.input.capacity() > upstream_buffer && !connection->stream.reading())
    connection->stream.input.replace(upstream_buffer);
  connection->pool = this;
  connection->stream.listen(connection.get());
  connection->stream.start_read();
  kept.push_back(std::move(connection));
}

void UpstreamPool::discard(std::unique_ptr<Connection> connection) {
  connection->stream.close();
  if (!connection->stream.busy()) return;
  connection->pool = this;
  connection->stream.listen(connection.get());
  auto* key = connection.get();
  dying_.emplace(key, std::move(connection));
}

void UpstreamPool::on_idle_event(Connection* connection) {
  if (const auto found = dying_.find(connection); found != dying_.end()) {
    if (!connection->stream.busy()) dying_.erase(found);
    return;
  }
  auto& kept = idle_[connection->endpoint];
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const auto& one) { return one.get() == connection; });
  if (found == kept.end()) return;
  auto owned = std::move(*found);
  kept.erase(found);
  discard(std::move(owned));
}

void UpstreamPool::retain(const std::vector<std::uint32_t>& endpoints) {
  known_.assign(known_.size(), false);
  for (const auto endpoint : endpoints) {
    if (endpoint >= known_.size()) known_.resize(endpoint + 1);
    known_[endpoint] = true;
  }
  for (std::size_t i = 0; i < idle_.size(); ++i) {
    if (i < known_.size() && known_[i]) continue;
    for (auto& connection : std::exchange(idle_[i], {})) discard(std::move(connection));
  }
}

void UpstreamPool::close_all() {
  for (auto& kept : idle_) {
    for (auto& connection : kept) discard(std::move(connection));
    kept.clear();
  }
}

}  // namespace banyan::proxy
