#include "router/proxy/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <sys/socket.h>

#include <cerrno>

namespace banyan::proxy {

namespace asio = boost::asio;

struct Stream::OnRead {
  Stream* stream;
  void operator()(const error_code& error, std::size_t n) const {
    stream->reading_ = false;
    stream->received_ += n;
    stream->input.commit(n);
    if (error) {
      stream->ended_ = true;
      if (error != asio::error::eof) stream->read_error_ = error;
    }
    stream->on_operation_end();
  }
};

struct Stream::OnWrite {
  Stream* stream;
  void operator()(const error_code& error, std::size_t n) const {
    stream->sent_ += n;
    stream->skip_sent(n);
    if (!error && !stream->rest_.empty() && !stream->closing_) return stream->send_rest();
    stream->writing_ = false;
    if (error) stream->write_failed_ = true;
    stream->on_operation_end();
  }
};

struct Stream::OnConnect {
  Stream* stream;
  void operator()(const error_code& error) const {
    stream->connect_error_ = error;
    if (stream->tls_ && !error && !stream->closing_) return stream->shake_hands();
    stream->writing_ = false;
    stream->on_operation_end();
  }
};

void Stream::connect(const asio::ip::tcp::endpoint& endpoint) {
  writing_ = true;
  socket_.async_connect(endpoint, OnConnect{this});
}

void Stream::start_read() {
  if (reading_ || ended_ || closing_) return;
  input.rewind_if_empty();
  const auto tail = input.tail();
  if (tail.empty()) return;
  reading_ = true;
  if (tls_) return wait_to_read();
  socket_.async_read_some(asio::buffer(tail.data(), tail.size()), OnRead{this});
}

Stream::Sent Stream::send(std::span<const iovec> parts) {
  if (tls_) return send_tls(parts);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  ssize_t n = 0;
  do n = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) {
    write_failed_ = true;
    return Sent::failed;
  }
  std::size_t done = n < 0 ? 0 : static_cast<std::size_t>(n);
  sent_ += done;
  std::size_t total = 0;
  for (const auto& part : parts) total += part.iov_len;
  if (done == total) return Sent::all;
  rest_.clear();
  for (const auto& part : parts) rest_.emplace_back(part.iov_base, part.iov_len);
  skip_sent(done);
  send_rest();
  return Sent::pending;
}

void Stream::skip_sent(std::size_t n) {
  std::size_t whole = 0;
  while (whole < rest_.size() && n >= rest_[whole].size()) n -= rest_[whole++].size();
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(whole));
  if (n > 0) rest_.front() += n;
}

void Stream::send_rest() {
  writing_ = true;
  socket_.async_write_some(rest_, OnWrite{this});
}

void Stream::shutdown_send() {
  error_code ignored;
  say_end();
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Stream::close() {
  if (closing_ && busy()) return;
  error_code ignored;
  say_end();
  if (!busy()) {
    socket_.close(ignored);
    return;
  }
  closing_ = true;
  socket_.shutdown(Socket::shutdown_both, ignored);  // ends a connect under way, too
}

void Stream::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  if (!busy()) {
    socket_.close(ignored);
    return;
  }
  closing_ = true;
  // Ends a pending read and sends nothing; a pending write would need the other half as well.
  socket_.shutdown(writing_ ? Socket::shutdown_both : Socket::shutdown_receive, ignored);
}

void Stream::on_operation_end() {
  error_code ignored;
  if (closing_ && !busy()) socket_.close(ignored);
  listener_->on_stream_event();
}

bool Stream::readable_now() {
  if (tls_) return tls_->connection->peer_has_spoken();
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

}  // namespace banyan::proxy
