// An upstream that remembers what it was sent and answers by a script. Each connection has a thread that runs the
// script; the script sees raw bytes and may do anything a real server could do wrong.
// The script runs on many threads at once; everything else belongs to the test's thread.
#pragma once
#include "tests/conformance/wire.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace banyan::conformance {

class RecordingUpstream {
 public:
  // Handles one request that has been read; returning false closes the connection.
  using Answer = std::function<bool(Wire&, const Message&)>;
  // Handles a whole connection.
  using Script = std::function<void(Wire&)>;

  RecordingUpstream();  // answers 200 "ok" to everything
  ~RecordingUpstream();

  std::uint16_t port() const { return port_; }
  void answer_with(Answer answer);
  void answer_bytes(std::string bytes, bool keep = true);
  void run_script(Script script);
  // Connections that come from now on begin with a handshake; one that fails is counted and closed.
  void secure(const TlsSide& side);
  std::size_t failed_handshakes() const { return failed_handshakes_; }
  void stop_listening();  // connections are refused from now on

  // Waits until that many requests were recorded; throws WireError at the deadline.
  std::vector<Message> requests(std::size_t at_least);
  std::size_t count() const;
  std::size_t connections() const { return connections_; }
  std::size_t closed() const { return closed_; }  // connections that this side has closed
  Message only_request();  // waits for one and checks that there is just one
  void forget();

  // For scripts that read by themselves.
  void record(Message message);

 private:
  void accept_all();
  void serve(int fd);
  bool shake_hands(Wire& wire, const TlsContext& tls);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Message> requests_;
  Answer answer_;
  Script script_;
  TlsContext tls_;
  std::atomic<std::size_t> failed_handshakes_{0};
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::size_t> closed_{0};
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
};

inline const std::string plain_ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace banyan::conformance
