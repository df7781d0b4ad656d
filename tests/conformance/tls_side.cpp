#include "tests/conformance/tls_side.hpp"

#include "tests/conformance/wire.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace banyan::conformance {
namespace {

std::string reason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "the connection ended" : text;
}

std::shared_ptr<X509> certificate_of(const std::string& pem) {
  BIO* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  std::shared_ptr<X509> out(PEM_read_bio_X509(memory, nullptr, nullptr, nullptr), X509_free);
  BIO_free(memory);
  return out;
}

void use(SSL_CTX* context, const TlsSide& side) {
  SSL_CTX_use_certificate(context, certificate_of(side.certificate).get());
  BIO* memory = BIO_new_mem_buf(side.key.data(), static_cast<int>(side.key.size()));
  const std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(memory, nullptr, nullptr, nullptr), EVP_PKEY_free);
  BIO_free(memory);
  SSL_CTX_use_PrivateKey(context, key.get());
}

// A blocking call also comes back when the thread was interrupted, as io_uring's completions do to who submitted; it goes
// on until the patience is over.
template <class Call>
int persist(SSL* connection, Call call) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const int result = call();
    const int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(connection, result);
    const bool again = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    if (!again || std::chrono::steady_clock::now() >= until) return result;
    ERR_clear_error();
  }
}

}  // namespace

TlsContext make_context(bool server, const TlsSide& side) {
  TlsContext context(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), side.least);
  SSL_CTX_set_max_proto_version(context.get(), side.most);
  if (!side.certificate.empty()) use(context.get(), side);
  if (!side.ca.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), certificate_of(side.ca).get());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | (side.demand_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       nullptr);
  }
  if (!side.alpn.empty())
    SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(side.alpn.data()),
                            static_cast<unsigned>(side.alpn.size()));
  constexpr unsigned char scope[] = "test";
  if (server) SSL_CTX_set_session_id_context(context.get(), scope, sizeof scope);
  return context;
}

void Wire::start_tls(const TlsContext& context, bool server, const std::string& server_name) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  const timeval limit{patience.count() / 1000, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  tls_.reset(SSL_new(context.get()), SSL_free);
  SSL_set_fd(tls_.get(), fd_);
  if (!server_name.empty()) SSL_set_tlsext_host_name(tls_.get(), server_name.c_str());
  ERR_clear_error();
  if (persist(tls_.get(), [&] { return server ? SSL_accept(tls_.get()) : SSL_connect(tls_.get()); }) != 1)
    throw WireError("handshake: " + reason());
}

std::string Wire::tls_version() const { return SSL_get_version(tls_.get()); }

std::string Wire::tls_protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string Wire::tls_peer() const {
  char name[256] = "";
  if (X509* peer = SSL_get0_peer_certificate(tls_.get()))
    X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof name);
  return name;
}

std::string Wire::tls_asked_name() const {
  const char* name = SSL_get_servername(tls_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

void Wire::tls_send(std::string_view bytes) {
  ERR_clear_error();
  const auto write = [&] { return SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())); };
  if (!bytes.empty() && persist(tls_.get(), write) <= 0) throw WireError("send: TLS: " + reason());
}

bool Wire::tls_fill() {
  char bytes[16384];
  ERR_clear_error();
  const int n = persist(tls_.get(), [&] { return SSL_read(tls_.get(), bytes, sizeof bytes); });
  if (n > 0) {
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }
  const int error = SSL_get_error(tls_.get(), n);
  if (error == SSL_ERROR_ZERO_RETURN) return false;
  if (error == SSL_ERROR_WANT_READ) throw WireError("nothing arrived in time; so far: " + buffer_.substr(0, 200));
  throw WireError("receive: TLS: " + reason());
}

bool Wire::tls_has_more() const { return SSL_has_pending(tls_.get()) == 1; }
void Wire::tls_end() {
  SSL_shutdown(tls_.get());
  ERR_clear_error();
}

}  // namespace banyan::conformance
