// The TLS half of a stream: waits for the socket where the plain half has its operations under way.
#include "router/proxy/stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace banyan::proxy {

namespace asio = boost::asio;
using tls::Step;

struct Stream::OnHandshake {
  Stream* stream;
  void operator()(const error_code&) const { stream->shake_hands(); }
};

struct Stream::OnReadable {
  Stream* stream;
  void operator()(const error_code& = {}) const { stream->read_tls(); }
};

struct Stream::OnWritable {
  Stream* stream;
  void operator()(const error_code&) const {
    stream->writing_ = false;
    if (!stream->closing_ && stream->send_tls_rest() == Sent::pending) return;
    stream->on_operation_end();
  }
};

void Stream::connect(const asio::ip::tcp::endpoint& endpoint, const tls::ClientContext& context,
                     const config::Address& name) {
  error_code error;
  socket_.open(endpoint.protocol(), error);
  if (!error) tls_.reset(new Tls{context.connect(socket_.native_handle(), name), {}});
  connect(endpoint);
}

void Stream::accept(const tls::ServerContext& context) {
  tls_.reset(new Tls{context.accept(socket_.native_handle()), {}});
  shake_hands();
}

void Stream::shake_hands() {
  writing_ = true;
  if (!closing_) {
    const auto step = tls_->connection->handshake();
    if (step == Step::want_read) return socket_.async_wait(Socket::wait_read, OnHandshake{this});
    if (step == Step::want_write) return socket_.async_wait(Socket::wait_write, OnHandshake{this});
    if (step != Step::done) connect_error_ = asio::error::connection_refused;
  }
  writing_ = false;
  on_operation_end();
}

// What OpenSSL holds already is handed over in a moment, not now: callers expect a read to end later.
void Stream::wait_to_read() {
  if (tls_->connection->holds_input()) asio::post(socket_.get_executor(), OnReadable{this});
  else socket_.async_wait(Socket::wait_read, OnReadable{this});
}

void Stream::read_tls() {
  std::size_t total = 0;
  while (!closing_ && !input.tail().empty()) {
    const auto [step, n] = tls_->connection->read(input.tail());
    input.commit(n);
    received_ += n;
    total += n;
    if (step == Step::done) continue;
    const bool waits = step == Step::want_read || step == Step::want_write;
    // Session tickets and key updates are nobody's business: the read goes on.
    if (waits && total == 0)
      return socket_.async_wait(step == Step::want_read ? Socket::wait_read : Socket::wait_write, OnReadable{this});
    if (!waits) ended_ = true;
    if (step == Step::cut || step == Step::failed) read_error_ = asio::error::connection_reset;
    break;
  }
  reading_ = false;
  on_operation_end();
}

Stream::Sent Stream::send_tls(std::span<const iovec> parts) {
  auto& rest = tls_->rest;
  rest.clear();
  for (const auto& part : parts)
    if (part.iov_len != 0) rest.push_back(part);
  return send_tls_rest();
}

Stream::Sent Stream::send_tls_rest() {
  auto& rest = tls_->rest;
  while (!rest.empty()) {
    auto [step, n] = tls_->connection->write(rest);
    if (step == Step::want_read || step == Step::want_write) {
      writing_ = true;
      socket_.async_wait(step == Step::want_read ? Socket::wait_read : Socket::wait_write, OnWritable{this});
      return Sent::pending;
    }
    if (step != Step::done) {
      write_failed_ = true;
      return Sent::failed;
    }
    sent_ += n;
    std::size_t whole = 0;
    while (whole < rest.size() && n >= rest[whole].iov_len) n -= rest[whole++].iov_len;
    rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(whole));
    if (n > 0) rest.front() = {static_cast<char*>(rest.front().iov_base) + n, rest.front().iov_len - n};
  }
  return Sent::all;
}

// Not into the middle of a record, and not on a socket that is gone: its number may be another's by now.
void Stream::say_end() {
  if (tls_ && !writing_ && !write_failed_ && socket_.is_open()) tls_->connection->say_end();
}

}  // namespace banyan::proxy
