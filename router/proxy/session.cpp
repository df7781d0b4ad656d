#include "router/proxy/session.hpp"

#include "router/proxy/exchange.hpp"
#include "router/proxy/worker.hpp"

namespace banyan::proxy {

Session::Session(Worker& worker, Socket socket, std::shared_ptr<const tls::ServerContext> context)
    : worker_(worker), client_(std::move(socket), idle_buffer), context_(std::move(context)) {
  error_code error;
  const auto remote = client_.socket().remote_endpoint(error);
  if (!error) {
    auto address = remote.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
      address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    peer_ = address.to_string();
  }
  peer_trusted_ = worker.shared().trusted.contains(peer_);
  client_.listen(this);
}

void Session::on_deadline() {
  timed_out_ = true;
  event_.notify();
}

void Session::set_deadline(std::chrono::milliseconds after) {
  timed_out_ = false;
  worker_.schedule(*this, after);
}

void Session::abort() {
  aborted_ = true;
  event_.notify();
}

Detached Session::run() {
  try {
    bool again = true;
    if (context_) again = co_await shake_hands();
    while (again) again = co_await serve();
    if (gently_ && !aborted_) co_await linger();
  } catch (const std::exception&) {
    // Out of memory, say. This connection ends, the others live on.
    aborted_ = true;
  }
  client_.close();
  while (client_.busy()) co_await event_.wait();
  worker_.forget(*this);
}

Task<bool> Session::shake_hands() {
  using telemetry::Event;
  set_deadline(worker_.fixed().timeouts.handshake);
  const auto handshake = worker_.handshake_begins(*this);
  client_.accept(*std::exchange(context_, nullptr));
  while (client_.writing() && !timed_out_ && !aborted_ && !worker_.draining()) co_await event_.wait();
  worker_.handshake_ends(handshake);
  auto& metrics = worker_.metrics();
  if (client_.writing() || client_.connect_error()) {
    metrics.count(aborted_ || client_.writing() ? Event::tls_handshakes_given_up : Event::tls_handshakes_failed);
    note_failed_handshake();
    if (client_.writing() || aborted_ || !client_.tls()->spoke_plainly()) co_return false;
    client_.give_up_tls();
    auto exchange = worker_.take_exchange(*this);
    co_await exchange->refuse({400, "plain-http", "this port speaks TLS: ask with https"});
    worker_.give_back(std::move(exchange));
    co_return false;
  }
  metrics.count(client_.tls()->resumed() ? Event::tls_handshakes_resumed : Event::tls_handshakes_full);
  client_subject_ = client_.tls()->peer_subject();
  secure_ = true;
  co_return true;
}

void Session::note_failed_handshake() {
  const auto& failure = client_.tls()->failure();
  const bool unfinished = client_.writing();
  std::string_view word = failure.word, text = failure.text;
  if (unfinished) text = {};
  if (worker_.draining()) word = "drain";
  else if (aborted_) word = "displaced";
  else if (unfinished) word = "timeout";
  else if (client_.tls()->spoke_plainly()) word = "plain-http";
  worker_.metrics().count_tls_failure(word);
  if (!worker_.draining()) worker_.shared().tls.client_failed(peer_, word, text);
}

Task<bool> Session::serve() {
  const auto state = co_await receive_head();
  if (state == HeadState::over) co_return false;
  auto exchange = worker_.take_exchange(*this);
  bool again = false;
  if (state == HeadState::faulty) {
    again = co_await exchange->refuse_head(scan_.error());
  } else {
    client_.input.consume(scan_.skipped());
    exchange->take_head(scan_.size() - scan_.skipped());
    again = co_await exchange->run();
  }
  worker_.give_back(std::move(exchange));
  scan_.reset();
  co_return again;
}

bool Session::make_room() {
  if (!client_.input.tail().empty() || client_.reading()) return true;
  client_.input.move_to_front();
  if (!client_.input.tail().empty()) return true;
  const auto most = worker_.fixed().limits.header_bytes + 4;
  if (client_.input.capacity() >= most) return false;
  client_.input.replace(std::min<std::size_t>(most, client_.input.capacity() * 8));
  return true;
}

Task<Session::HeadState> Session::receive_head() {
  const auto& fixed = worker_.fixed();
  http::HeadLimits limits;
  limits.first_line = fixed.limits.target_bytes;
  limits.head = fixed.limits.header_bytes;
  bool begun = false;
  set_deadline(first_ ? fixed.timeouts.header : fixed.timeouts.keepalive);
  first_ = false;
  if (client_.input.capacity() > idle_buffer && !client_.reading() && client_.input.size() <= idle_buffer / 2)
    client_.input.replace(idle_buffer);
  for (;;) {
    if (!client_.input.empty()) {
      if (!begun) set_deadline(fixed.timeouts.header);
      begun = true;
      constexpr char tls_record = 0x16;  // a handshake (RFC 8446 5.1); no method begins like that
      if (client_.input.view().front() == tls_record && !secure_) {
        auto exchange = worker_.take_exchange(*this);
        co_await exchange->refuse({400, "tls-on-plain-port", "this port does not speak TLS: ask with http"});
        worker_.give_back(std::move(exchange));
        co_return HeadState::over;
      }
      const auto state = scan_.feed(client_.input.view(), limits);
      if (state == http::HeadScan::State::complete) co_return HeadState::complete;
      if (state == http::HeadScan::State::failed) co_return HeadState::faulty;
      if (!make_room()) co_return HeadState::over;
    }
    if (client_.ended() || aborted_ || (worker_.draining() && !begun)) co_return HeadState::over;
    if (timed_out_) {
      if (!begun) co_return HeadState::over;
      auto exchange = worker_.take_exchange(*this);
      co_await exchange->refuse({408, "header-timeout", "the request head did not arrive in time"});
      worker_.give_back(std::move(exchange));
      co_return HeadState::over;
    }
    client_.start_read();
    co_await event_.wait();
  }
}

// Reads and forgets what the client still sends, for a short while, so that the kernel does not answer unread
// bytes with a reset that would overtake our answer.
Task<bool> Session::linger() {
  constexpr std::uint64_t most_bytes = 1024 * 1024;
  if (client_.write_failed()) co_return false;
  client_.shutdown_send();
  set_deadline(std::chrono::milliseconds(1000));
  const auto begin = client_.received();
  while (!client_.ended() && !timed_out_ && !aborted_ && client_.received() - begin < most_bytes) {
    client_.input.consume(client_.input.size());
    client_.start_read();
    co_await event_.wait();
  }
  co_return true;
}

}  // namespace banyan::proxy
