// Raw sockets for conformance tests: bytes go out exactly as written and come back exactly as they arrived. Every
// wait has a deadline and fails the test with words. One thread per object.
#pragma once
#include "tests/conformance/tls_side.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ssl_st;

namespace banyan::conformance {

using std::chrono::milliseconds;
inline constexpr milliseconds patience{10'000};
inline const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";

struct WireError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Message {
  std::string first_line;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string head;  // raw, with its empty line
  std::string body;  // decoded
  bool chunked = false;
  std::vector<std::string> all(std::string_view name) const;
  std::string get(std::string_view name) const;  // the first, or empty
  bool has(std::string_view name) const { return !all(name).empty(); }
  int status() const;
};

class Wire {
 public:
  Wire() = default;
  explicit Wire(int fd) : fd_(fd) {}
  static Wire connect(std::uint16_t port);
  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&& other) noexcept;
  ~Wire();

  // From here on everything goes through TLS; throws WireError("handshake: ..."). In read_to_end() an end without
  // close_notify is a reset.
  void start_tls(const TlsContext& context, bool server, const std::string& server_name = "");
  std::string tls_version() const;
  std::string tls_protocol() const;    // ALPN
  std::string tls_peer() const;        // common name of the peer's certificate
  std::string tls_asked_name() const;  // SNI
  void cut();                          // closes without close_notify

  void send(std::string_view bytes);
  // What could be sent before the peer stopped taking bytes for `quiet`, or an error.
  std::size_t send_until_stuck(std::string_view piece, std::size_t most, milliseconds quiet = milliseconds(300));
  void end_sending();
  void close();
  void reset();  // the peer sees ECONNRESET

  // Reads one message with strict framing. `bodyless` for answers to HEAD. Interim answers are messages of their own.
  Message read_message(bool bodyless = false);
  std::string read_head();
  std::string read_exactly(std::size_t count);
  // Reads to the end. `reset` tells an error from a clean end.
  struct Rest {
    std::string bytes;
    bool reset = false;
  };
  Rest read_to_end();
  bool at_end();  // waits for the next byte or the end
  bool closed_within(milliseconds limit);
  // True when nothing arrives for the given time.
  bool silent_for(milliseconds limit);
  int fd() const { return fd_; }

 private:
  bool fill(milliseconds limit = patience);  // false at the end; throws at the deadline
  std::string take_line();
  std::string take_chunked();

  void tls_send(std::string_view bytes);
  bool tls_fill();
  bool tls_has_more() const;
  void tls_end();

  int fd_ = -1;
  std::shared_ptr<ssl_st> tls_;
  std::string buffer_;
};

Message parse_head(std::string head);
std::string chunk(std::string_view data);

}  // namespace banyan::conformance
