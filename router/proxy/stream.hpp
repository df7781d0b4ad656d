// One TCP connection of the data path: at most one read and one write under way, both reported to one listener.
// Writes are tried at once and only the rest waits, so a message that fits the socket costs one system call.
// One thread. The object must outlive its operations: close(), then wait until busy() is false.
//
// Nothing here cancels an operation or closes a socket that has one: Asio 1.81's io_uring back end hands a closed
// socket's bookkeeping on while operations are still in the ring, and leaves the completion of a cancel request
// labelled with whatever its ring entry was used for before. A shutdown ends the operations; the close comes last.
//
// With TLS the operations are waits for the socket, and OpenSSL moves the bytes; whoever reads and writes sees no
// difference but these: a peer that ends without close_notify has not ended cleanly (RFC 8446 6.1), and the end of
// connect() includes the handshake. A plain stream pays one test of a pointer for each operation.
#pragma once
#include "router/proxy/input_buffer.hpp"
#include "router/tls/context.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace banyan::proxy {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using boost::system::error_code;

class StreamListener {
 public:
  virtual ~StreamListener() = default;
  virtual void on_stream_event() = 0;
};

class Stream {
 public:
  Stream(Socket socket, std::size_t buffer) : socket_(std::move(socket)), input(buffer) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void listen(StreamListener* listener) { listener_ = listener; }
  void connect(const boost::asio::ip::tcp::endpoint& endpoint);
  // The same, and then a handshake with `name`.
  void connect(const boost::asio::ip::tcp::endpoint& endpoint, const tls::ClientContext& context,
               const config::Address& name);
  // The server's side of a handshake on a socket that was accepted: writing() until it is over, then see
  // connect_error().
  void accept(const tls::ServerContext& context);
  // After a handshake that failed because the peer speaks plainly.
  void give_up_tls() { tls_.reset(); }
  const tls::Connection* tls() const { return tls_ ? tls_->connection.get() : nullptr; }
  error_code connect_error() const { return connect_error_; }

  // Reads into input's tail, unless a read is pending, the peer has ended or there is no room.
  void start_read();
  bool reading() const { return reading_; }
  bool ended() const { return ended_; }
  bool ended_cleanly() const { return ended_ && !read_error_; }

  enum class Sent { all, pending, failed };
  // The bytes must stay until the write is over. Not while writing().
  Sent send(std::span<const iovec> parts);
  bool writing() const { return writing_; }
  bool write_failed() const { return write_failed_; }

  bool busy() const { return reading_ || writing_; }
  void shutdown_send();
  void close();
  void reset();  // as close(), but so that the peer sees an error, not an end
  Socket& socket() { return socket_; }

  std::uint64_t received() const { return received_; }
  std::uint64_t sent() const { return sent_; }
  // True when the kernel already knows that the peer has ended or sent something unasked.
  bool readable_now();

 private:
  struct OnRead;
  struct OnWrite;
  struct OnConnect;
  struct OnHandshake;
  struct OnReadable;
  struct OnWritable;
  struct Tls {
    std::unique_ptr<tls::Connection> connection;
    std::vector<iovec> rest;
  };

  void on_operation_end();
  void send_rest();
  void skip_sent(std::size_t n);
  // tls_stream.cpp
  void shake_hands();
  void wait_to_read();
  void read_tls();
  Sent send_tls(std::span<const iovec> parts);
  Sent send_tls_rest();
  void say_end();

  Socket socket_;
  StreamListener* listener_ = nullptr;
  std::vector<boost::asio::const_buffer> rest_;
  std::unique_ptr<Tls> tls_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_ = 0;
  error_code connect_error_;
  error_code read_error_;
  bool reading_ = false;
  bool writing_ = false;
  bool ended_ = false;
  bool write_failed_ = false;
  bool closing_ = false;

 public:
  InputBuffer input;
};

}  // namespace banyan::proxy
