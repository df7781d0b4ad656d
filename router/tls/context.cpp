#include "router/tls/context.hpp"

#include "router/tls/failure.hpp"
#include "router/tls/names.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

#include <array>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace banyan::tls {
namespace {

void must(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string(what) + ": " + take_errors());
}

std::shared_ptr<SSL_CTX> make_context(const SSL_METHOD* method, config::TlsVersion least) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  must(context != nullptr, "no TLS context can be made");
  SSL_CTX_set_min_proto_version(context.get(), least == config::TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An idle connection holds no record buffers; one that has something to read takes it with one call.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

void use(SSL_CTX* context, const Identity& identity) {
  STACK_OF(X509)* chain = sk_X509_new_null();
  for (const auto& issuer : identity.issuers()) sk_X509_push(chain, issuer.get());
  const int done = SSL_CTX_use_cert_and_key(context, identity.leaf(), identity.key(), chain, 1);
  sk_X509_free(chain);  // the context has taken references of its own
  must(done == 1, identity.files().chain.path.c_str());
}

constexpr std::array<unsigned char, 9> http_1_1 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned offered_size,
                    void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, http_1_1.data(), http_1_1.size(), offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int choose_certificate(SSL* ssl, int*, void* self) {
  const char* host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (host == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, static_cast<const ServerContext*>(self)->choose(host));
  return SSL_TLSEXT_ERR_OK;
}

void ask_clients(SSL_CTX* context, const Trust& trust, bool required) {
  SSL_CTX_set1_cert_store(context, trust.store());
  for (const auto& authority : trust.authorities()) SSL_CTX_add_client_CA(context, authority.get());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
}

bool is_literal(const std::string& host) {
  std::array<unsigned char, 16> bytes;
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

int place_of_slot() {
  static const int place = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return place;
}

}  // namespace

ServerContext::ServerContext(Identities identities, std::shared_ptr<const Trust> clients,
                             const config::ListenerTls& settings) {
  constexpr std::string_view scope = "banyan";
  for (const auto& identity : identities) {
    auto context = make_context(TLS_server_method(), settings.least);
    use(context.get(), *identity);
    // Sessions live with the clients, as tickets: the router's memory does not grow with them.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>(scope.data()), scope.size());
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    SSL_CTX_set_tlsext_servername_callback(context.get(), choose_certificate);
    SSL_CTX_set_tlsext_servername_arg(context.get(), this);
    if (clients) ask_clients(context.get(), *clients, settings.clients == config::ListenerTls::Clients::required);
    contexts_.push_back(std::move(context));
    names_.push_back(identity->names());
  }
}

ssl_ctx_st* ServerContext::choose(std::string_view host) const { return contexts_[tls::choose(names_, host)].get(); }

std::unique_ptr<Connection> ServerContext::accept(int descriptor) const {
  SSL* handle = SSL_new(contexts_.front().get());
  must(handle != nullptr, "no TLS connection can be made");
  SSL_set_accept_state(handle);
  return std::make_unique<Connection>(handle, descriptor, shared_from_this(), std::string());
}

// One slot for each endpoint and name; there are as many as the configuration names. Slots never move.
struct ClientContext::Sessions {
  struct Slot {
    Sessions* owner = nullptr;
    SSL_SESSION* last = nullptr;
  };
  std::mutex mutex;
  std::map<std::string, Slot> slots;

  ~Sessions() {
    for (auto& [name, slot] : slots) SSL_SESSION_free(slot.last);
  }

  // Gives the connection the last session, and a place for its own.
  void attach(SSL* handle, const std::string& key) {
    const std::lock_guard lock(mutex);
    auto& slot = slots[key];
    slot.owner = this;
    SSL_set_ex_data(handle, place_of_slot(), &slot);
    if (slot.last != nullptr) SSL_set_session(handle, slot.last);
  }

  static int keep(SSL* handle, SSL_SESSION* session) {
    auto* slot = static_cast<Slot*>(SSL_get_ex_data(handle, place_of_slot()));
    if (slot == nullptr) return 0;
    const std::lock_guard lock(slot->owner->mutex);
    SSL_SESSION_free(std::exchange(slot->last, session));
    return 1;
  }
};

ClientContext::ClientContext(std::shared_ptr<const Identity> identity, std::shared_ptr<const Trust> trust,
                             const config::UpstreamTls& settings)
    : context_(make_context(TLS_client_method(), settings.least)),
      server_name_(settings.server_name),
      verify_(settings.verify),
      sessions_(std::make_unique<Sessions>()) {
  if (identity) use(context_.get(), *identity);
  if (trust) SSL_CTX_set1_cert_store(context_.get(), trust->store());
  SSL_CTX_set_verify(context_.get(), verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, note_refused);
  SSL_CTX_set_alpn_protos(context_.get(), http_1_1.data(), http_1_1.size());
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context_.get(), Sessions::keep);
}

ClientContext::~ClientContext() = default;

std::string ClientContext::server_name(const config::Address& endpoint) const {
  return server_name_.empty() ? endpoint.host : server_name_;
}

ssl_st* ClientContext::make_handle(const config::Address& endpoint) const {
  SSL* handle = SSL_new(context_.get());
  must(handle != nullptr, "no TLS connection can be made");
  const auto name = server_name(endpoint);
  const bool literal = is_literal(name);
  if (!literal) SSL_set_tlsext_host_name(handle, name.c_str());  // an address is no name (RFC 6066 3)
  if (verify_ && literal) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), name.c_str());
  if (verify_ && !literal) {
    SSL_set_hostflags(handle, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(handle, name.c_str());
  }
  sessions_->attach(handle, name + '\n' + config::to_string(endpoint));
  SSL_set_connect_state(handle);
  return handle;
}

std::unique_ptr<Connection> ClientContext::connect(int descriptor, const config::Address& endpoint) const {
  return std::make_unique<Connection>(make_handle(endpoint), descriptor, shared_from_this(), server_name(endpoint));
}

}  // namespace banyan::tls
