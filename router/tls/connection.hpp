// TLS on one socket that somebody else opens, waits for and closes. Nothing here blocks: each call does what can be
// done now and says what to wait for. Holds no buffers of its own; OpenSSL's are let go while the connection is idle.
// One thread.
#pragma once
#include "router/tls/failure.hpp"

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct ssl_st;

namespace banyan::tls {

// done: see the count; end: the peer has said that it is finished (close_notify); cut: the connection ended without
// that, so that whatever was read last may not be all; failed: an error, see failure().
enum class Step { done, want_read, want_write, end, cut, failed };

struct Moved {
  Step step = Step::done;
  std::size_t bytes = 0;
};

class Connection {
 public:
  // Takes the handle, keeps `context` alive, borrows the descriptor. `wanted_name` is empty on the server's side.
  Connection(ssl_st* handle, int descriptor, std::shared_ptr<const void> context, std::string wanted_name);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Step handshake();
  Moved read(std::span<char> into);
  // One record at most. After want_write the same bytes have to come again first.
  Moved write(std::span<const iovec> parts);
  bool holds_input() const;  // bytes were received that a read() may yield without the socket
  bool peer_has_spoken();    // application data, or an end, has arrived
  void say_end();            // close_notify, as far as the socket takes it at once

  // After handshake() has failed. On the server's side the words are about the client.
  const Failure& failure() const { return failure_; }
  // The client began with a letter instead of a TLS record: it speaks another protocol, most likely HTTP.
  bool spoke_plainly() const;

  bool resumed() const;
  std::string peer_subject() const;  // of a certificate that was verified; RFC 4514; empty: none
  std::string version() const;       // "TLSv1.3"

 private:
  friend struct SocketBio;
  Step step_of(int result);

  ssl_st* handle_;
  int descriptor_;
  std::shared_ptr<const void> context_;
  std::string wanted_name_;
  Failure failure_;
  char first_byte_ = 0;
  bool first_seen_ = false;
  bool established_ = false;
  bool broken_ = false;
};

}  // namespace banyan::tls
