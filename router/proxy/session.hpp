// One client connection: reads heads, has each request served by an Exchange, in order, and closes in a way that
// lets the client read what it was sent. One coroutine for its whole life; it frees itself. One thread.
#pragma once
#include "router/http/head_scan.hpp"
#include "router/proxy/stream.hpp"
#include "router/proxy/task.hpp"
#include "router/proxy/timer_wheel.hpp"

#include <chrono>
#include <string>

namespace banyan::proxy {

class Worker;

class Session final : public StreamListener, public TimerWheel::Entry {
 public:
  static constexpr std::size_t idle_buffer = 2 * 1024;  // what a connection holds between requests

  // With a context the connection begins with a TLS handshake.
  Session(Worker& worker, Socket socket, std::shared_ptr<const tls::ServerContext> context = nullptr);

  void start() { run(); }
  void on_drain() { event_.notify(); }
  void abort();  // ends as soon as pending operations have

  Stream& client() { return client_; }
  Event& event() { return event_; }
  const std::string& peer() const { return peer_; }
  bool peer_trusted() const { return peer_trusted_; }
  bool aborted() const { return aborted_; }
  bool secure() const { return secure_; }
  const std::string& client_subject() const { return client_subject_; }  // of a verified client certificate

  // One deadline at a time; setting it forgets that an earlier one passed.
  void set_deadline(std::chrono::milliseconds after);
  void clear_timeout() {
    timed_out_ = false;
    clear_deadline();
  }
  bool timed_out() const { return timed_out_; }

  // The client may still be sending: closing at once would destroy the answer on its way.
  void close_gently() { gently_ = true; }

  std::size_t place = 0;  // in the worker's table

 private:
  enum class HeadState { complete, faulty, over };

  void on_stream_event() override { event_.notify(); }
  void on_deadline() override;

  Detached run();
  Task<bool> shake_hands();
  void note_failed_handshake();
  Task<bool> serve();
  Task<HeadState> receive_head();
  Task<bool> exchange_request();
  Task<bool> linger();
  bool make_room();

  Worker& worker_;
  Stream client_;
  Event event_;
  http::HeadScan scan_;
  std::shared_ptr<const tls::ServerContext> context_;
  std::string peer_;
  std::string client_subject_;
  bool peer_trusted_ = false;
  bool timed_out_ = false;
  bool aborted_ = false;
  bool gently_ = false;
  bool first_ = true;
  bool secure_ = false;
};

}  // namespace banyan::proxy
