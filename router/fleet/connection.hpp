// One keep-alive connection to etcd's JSON gateway: blocking, with a deadline for everything. A connection that breaks is
// opened again with the next request, to the first member that answers. One thread; POSIX sockets, no event loop.
#pragma once
#include "router/fleet/address.hpp"
#include "router/http/chunked.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fleet {

// There was no whole answer. `sent`: the request may have been acted on.
struct NoAnswer : std::runtime_error {
  NoAnswer(const std::string& what, bool was_sent) : std::runtime_error(what), sent(was_sent) {}
  bool sent;
};

struct Answer {
  int status = 0;
  std::string body;
};

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Connection(std::vector<Endpoint> members) : members_(std::move(members)) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Throws NoAnswer.
  Answer post(std::string_view target, std::string_view body, std::chrono::milliseconds timeout);

  // A request whose answer has no end: its head is read here. Throws NoAnswer.
  void open_stream(std::string_view target, std::string_view body, std::chrono::milliseconds timeout);
  // What has come since, without its chunks. Waits until there is something, `wake` can be read, or the deadline: then
  // empty. Throws NoAnswer when the stream has ended.
  std::string read_stream(Clock::time_point deadline, int wake);

  bool is_open() const { return socket_ >= 0; }
  void close();
  std::string member() const { return to_string(members_[member_]); }

 private:
  struct Head {
    int status = 0;
    bool chunked = false, keep_alive = true;
    std::size_t length = 0;
  };
  void send(std::string_view target, std::string_view body, Clock::time_point deadline);
  void connect(Clock::time_point deadline);
  bool connect_to(const Endpoint& member, Clock::time_point deadline, std::string& why);
  bool closed_while_idle() const;
  void send_all(std::string_view bytes, Clock::time_point deadline);
  Head read_head(Clock::time_point deadline);
  std::string read_chunks(Clock::time_point deadline);
  std::string take_chunks();
  bool fill();  // false: nothing there yet
  void fill_by(Clock::time_point deadline);
  [[noreturn]] void fail(const std::string& what, bool sent);

  std::vector<Endpoint> members_;
  std::size_t member_ = 0;  // in use, or tried first
  int socket_ = -1;
  bool ended_ = false;  // the stream's last chunk was read
  std::string buffer_;
  http::ChunkedReader chunks_;
};

}  // namespace banyan::fleet
