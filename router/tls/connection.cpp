#include "router/tls/connection.hpp"

#include "router/tls/client_failure.hpp"

#include "router/tls/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace banyan::tls {
namespace {

constexpr std::size_t record = 16 * 1024;  // the most that one TLS record carries (RFC 8446 5.1)

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Small parts go into one record together, which a client gets as one packet. The copy is a thread's, not a
// connection's: after want_write the same parts give the same bytes again.
std::span<const char> gather(std::span<const iovec> parts) {
  thread_local std::array<char, record> together;
  const auto* first = static_cast<const char*>(parts.front().iov_base);
  if (parts.size() == 1 || parts.front().iov_len >= record) return {first, std::min(parts.front().iov_len, record)};
  std::size_t size = 0;
  for (const auto& part : parts) {
    const auto n = std::min(part.iov_len, record - size);
    std::memcpy(together.data() + size, part.iov_base, n);
    size += n;
    if (size == record) break;
  }
  return {together.data(), size};
}

}  // namespace

// OpenSSL's way to the socket: never waits, never raises SIGPIPE.
struct SocketBio {
  static Connection& self(BIO* bio) { return *static_cast<Connection*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, std::size_t most, std::size_t* got) {
    BIO_clear_retry_flags(bio);
    auto& connection = self(bio);
    ssize_t n = 0;
    do n = ::recv(connection.descriptor_, into, most, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? static_cast<std::size_t>(n) : 0;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_read(bio);
    if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (n > 0 && !std::exchange(connection.first_seen_, true)) connection.first_byte_ = *into;
    return n > 0 ? 1 : static_cast<int>(n);
  }

  static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* put) {
    BIO_clear_retry_flags(bio);
    auto& connection = self(bio);
    *put = 0;
    if (connection.spoke_plainly()) {  // an alert would be noise to that client
      *put = size;
      return 1;
    }
    ssize_t n = 0;
    do n = ::send(connection.descriptor_, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) BIO_set_retry_write(bio);
    if (n > 0) *put = static_cast<std::size_t>(n);
    return n > 0 ? 1 : -1;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0;
  }

  static BIO_METHOD* method() {
    static BIO_METHOD* const made = [] {
      BIO_METHOD* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "banyan socket");
      BIO_meth_set_read_ex(fresh, read);
      BIO_meth_set_write_ex(fresh, write);
      BIO_meth_set_ctrl(fresh, control);
      return fresh;
    }();
    return made;
  }
};

Connection::Connection(ssl_st* handle, int descriptor, std::shared_ptr<const void> context, std::string wanted_name)
    : handle_(handle), descriptor_(descriptor), context_(std::move(context)), wanted_name_(std::move(wanted_name)) {
  BIO* bio = BIO_new(SocketBio::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(handle_, bio, bio);
}

Connection::~Connection() { SSL_free(handle_); }

// What a result that is no success means. The error queue is the thread's and has to be empty before each call.
Step Connection::step_of(int result) {
  switch (SSL_get_error(handle_, result)) {
    case SSL_ERROR_WANT_READ: return Step::want_read;
    case SSL_ERROR_WANT_WRITE: return Step::want_write;
    case SSL_ERROR_ZERO_RETURN: return Step::end;
    case SSL_ERROR_SSL:
      broken_ = true;
      return ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? Step::cut : Step::failed;
    default:
      broken_ = true;
      return Step::failed;
  }
}

Step Connection::handshake() {
  forget_errors();
  errno = 0;
  const int result = SSL_do_handshake(handle_);
  if (result == 1) {
    established_ = true;
    return Step::done;
  }
  const auto step = step_of(result);
  if (step == Step::want_read || step == Step::want_write) return step;
  const auto first = ERR_peek_error();
  std::string errors = first != 0 ? take_errors() : errno != 0 ? std::strerror(errno) : "the peer closed the connection";
  if (SSL_is_server(handle_)) {
    const long verdict = SSL_get_verify_result(handle_);
    if (verdict != X509_V_OK) errors += std::string(" (") + X509_verify_cert_error_string(verdict) + ")";
    failure_ = {client_failure_word(first, verdict), "the TLS handshake failed", std::move(errors)};
  } else {
    failure_ = upstream_failure(handle_, wanted_name_, std::move(errors));
  }
  return Step::failed;
}

Moved Connection::read(std::span<char> into) {
  forget_errors();
  std::size_t n = 0;
  const int result = SSL_read_ex(handle_, into.data(), into.size(), &n);
  if (result == 1) return {Step::done, n};
  const auto step = step_of(result);
  forget_errors();
  return {step, 0};
}

Moved Connection::write(std::span<const iovec> parts) {
  const auto bytes = gather(parts);
  forget_errors();
  std::size_t n = 0;
  const int result = SSL_write_ex(handle_, bytes.data(), bytes.size(), &n);
  if (result == 1) return {Step::done, n};
  const auto step = step_of(result);
  forget_errors();
  return {step, 0};
}

bool Connection::holds_input() const { return SSL_has_pending(handle_) == 1; }

bool Connection::peer_has_spoken() {
  forget_errors();
  char byte = 0;
  std::size_t n = 0;
  const int result = SSL_peek_ex(handle_, &byte, 1, &n);
  const bool silent = result != 1 && step_of(result) == Step::want_read;
  forget_errors();
  return !silent;
}

void Connection::say_end() {
  if (!established_ || broken_ || (SSL_get_shutdown(handle_) & SSL_SENT_SHUTDOWN) != 0) return;
  forget_errors();
  SSL_shutdown(handle_);
  forget_errors();
}

bool Connection::spoke_plainly() const { return first_seen_ && !established_ && is_letter(first_byte_); }

bool Connection::resumed() const { return SSL_session_reused(handle_) == 1; }

std::string Connection::peer_subject() const {
  const X509* peer = SSL_get0_peer_certificate(handle_);
  if (peer == nullptr || SSL_get_verify_result(handle_) != X509_V_OK) return {};
  return subject_of(peer);
}

std::string Connection::version() const { return SSL_get_version(handle_); }

}  // namespace banyan::tls
