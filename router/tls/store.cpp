#include "router/tls/store.hpp"

#include <algorithm>
#include <stdexcept>

namespace banyan::tls {

struct Store::Generation {
  struct Use {
    std::string used_for;
    std::shared_ptr<const Identity> identity;
    std::string problem;
  };
  std::weak_ptr<const config::Config> config;
  std::shared_ptr<const ServerContext> server;
  std::shared_ptr<const ClientContexts> clients;
  std::vector<Use> uses;
  std::map<std::string, std::shared_ptr<const Trust>> trusts;  // by file; "": the system's
  std::vector<std::string> problems;
};

namespace {

std::string without_control(std::string text) {
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

std::string label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

// One walk over the configuration.
struct Store::Reading {
  const config::Config& config;
  std::shared_ptr<const Generation> before;
  std::shared_ptr<Generation> made = std::make_shared<Generation>();
  std::vector<config::Diagnostic> errors{};

  void fail(const FileError& error) {
    errors.push_back({config.source, error.file.line, error.file.column, error.file.length,
                      "TLS: " + error.file.path + ": " + error.reason, "", error.file.source_line});
  }

  void keep(const FileError& error) {
    made->problems.push_back("TLS: " + error.file.path + ": " + without_control(error.reason) +
                             "; the one loaded before stays in use");
  }

  std::shared_ptr<const Identity> identity(const config::CertificateFiles& files, const std::string& used_for) {
    const auto loaded = Identity::load(files);
    if (loaded) {
      made->uses.push_back({used_for, *loaded, {}});
      return *loaded;
    }
    if (before)
      for (const auto& use : before->uses)
        if (use.identity->files() == files) {
          keep(loaded.error());
          made->uses.push_back({used_for, use.identity, loaded.error().file.path + ": " + loaded.error().reason});
          return use.identity;
        }
    fail(loaded.error());
    return nullptr;
  }

  std::shared_ptr<const Trust> trust(const config::FileName& file) {
    auto& slot = made->trusts[file.path];
    if (slot) return slot;
    const auto loaded = file.path.empty() ? Trust::system() : Trust::load(file);
    if (loaded) return slot = *loaded;
    if (before)
      if (const auto found = before->trusts.find(file.path); found != before->trusts.end() && found->second) {
        keep(loaded.error());
        return slot = found->second;
      }
    fail(loaded.error());
    return nullptr;
  }

  void listener() {
    if (!config.fixed.tls) return;
    const auto& settings = *config.fixed.tls;
    Identities identities;
    for (const auto& files : settings.certificates) identities.push_back(identity(files, "listener"));
    std::shared_ptr<const Trust> clients;
    if (settings.clients != config::ListenerTls::Clients::anybody) clients = trust(settings.client_ca);
    if (errors.empty())
      made->server = std::make_shared<ServerContext>(std::move(identities), std::move(clients), settings);
  }

  void upstreams() {
    auto clients = std::make_shared<ClientContexts>(config.upstreams.size());
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
      const auto& upstream = config.upstreams[i];
      if (!upstream.tls) continue;
      std::shared_ptr<const Identity> own;
      std::shared_ptr<const Trust> authorities;
      if (upstream.tls->certificate) own = identity(*upstream.tls->certificate, "upstream " + upstream.name);
      if (upstream.tls->verify) authorities = trust(upstream.tls->ca.value_or(config::FileName{}));
      if (errors.empty())
        (*clients)[i] = std::make_shared<ClientContext>(std::move(own), std::move(authorities), *upstream.tls);
    }
    made->clients = std::move(clients);
  }
};

void Store::log(bool error, const std::string& line) const {
  if (log_) log_(error, line);
}

std::shared_ptr<const Store::Generation> Store::find_locked(
    const std::shared_ptr<const config::Config>& config) const {
  for (const auto& one : prepared_)
    if (one->config.lock() == config) return one;
  return nullptr;
}

std::vector<config::Diagnostic> Store::prepare(const std::shared_ptr<const config::Config>& config) {
  Reading reading{*config, nullptr};
  {
    const std::lock_guard lock(mutex_);
    reading.before = current_;
  }
  reading.made->config = config;
  try {
    reading.listener();
    reading.upstreams();
  } catch (const std::runtime_error& error) {
    reading.fail({{}, error.what()});
  }
  if (!reading.errors.empty()) return std::move(reading.errors);
  const std::lock_guard lock(mutex_);
  std::erase_if(prepared_, [](const auto& one) { return one->config.expired(); });
  prepared_.push_back(std::move(reading.made));
  return {};
}

std::vector<std::string> Store::adopt(const std::shared_ptr<const config::Config>& config) {
  std::vector<std::string> problems;
  {
    const std::lock_guard lock(mutex_);
    const auto found = find_locked(config);
    if (!found) return {};
    current_ = found;
    problems = found->problems;
    troubles_.clear();  // new material may have mended them; what lasts comes back with the next handshake
    warned_ = {};
  }
  for (const auto& problem : problems) log(true, problem);
  return problems;
}

std::shared_ptr<const ServerContext> Store::server() const {
  const std::lock_guard lock(mutex_);
  return current_ ? current_->server : nullptr;
}

std::shared_ptr<const ClientContexts> Store::clients_for(const std::shared_ptr<const config::Config>& config) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = find_locked(config)) return found->clients;
  }
  const auto errors = prepare(config);
  if (!errors.empty()) throw std::runtime_error(config::format(errors));
  const std::lock_guard lock(mutex_);
  return find_locked(config)->clients;
}

void Store::client_failed(std::string_view peer, std::string_view word, std::string_view text) {
  std::string line;
  {
    const std::lock_guard lock(mutex_);
    line = client_failures_.line(ClientFailureLog::Clock::now(), peer, word, text);
  }
  if (!line.empty()) log(false, line);
}

void Store::upstream_failed(const std::string& upstream, const std::string& endpoint, const Failure& failure) {
  {
    const std::lock_guard lock(mutex_);
    auto& slot = troubles_[{upstream, endpoint}];
    const bool known = slot.text == failure.text;
    slot = {upstream, endpoint, std::string(failure.word), failure.text};
    if (known) return;  // said already; it stands in the status until it is over
  }
  log(true, "upstream '" + upstream + "', endpoint " + endpoint + ": " + std::string(failure.word) + ": " +
                without_control(failure.text));
}

void Store::upstream_works(const std::string& upstream, const std::string& endpoint) {
  {
    const std::lock_guard lock(mutex_);
    if (troubles_.empty() || troubles_.erase({upstream, endpoint}) == 0) return;
  }
  log(false, "upstream '" + upstream + "', endpoint " + endpoint + ": TLS works again");
}

std::vector<CertificateStatus> Store::certificates(UnixTime now) const {
  const std::lock_guard lock(mutex_);
  std::vector<CertificateStatus> all;
  if (!current_) return all;
  for (const auto& use : current_->uses)
    all.push_back({use.used_for, use.identity->files().chain.path, use.identity->subject(), use.identity->names(),
                   use.identity->validity().not_after, tls::ends_soon(use.identity->validity(), now), use.problem});
  return all;
}

std::vector<UpstreamTrouble> Store::troubles() const {
  const std::lock_guard lock(mutex_);
  std::vector<UpstreamTrouble> all;
  for (const auto& [key, trouble] : troubles_) all.push_back(trouble);
  return all;
}

std::vector<std::string> Store::problems(UnixTime now) const {
  std::vector<std::string> all;
  {
    const std::lock_guard lock(mutex_);
    if (current_) all = current_->problems;
  }
  for (const auto& one : certificates(now))
    if (one.ends_soon)
      all.push_back("TLS: " + one.file + " (" + one.used_for + ", " + without_control(one.subject) + ") " +
                    (now > one.not_after ? "expired on " : "ends on ") + format_date(one.not_after));
  for (const auto& one : troubles())
    all.push_back("TLS: upstream '" + one.upstream + "', endpoint " + one.endpoint + ": " + without_control(one.text));
  return all;
}

std::string Store::prometheus(UnixTime now) const {
  const auto all = certificates(now);
  std::map<std::string, std::int64_t> ends;
  for (const auto& one : all)
    ends[one.used_for + "\",file=\"" + label(one.file)] = one.not_after.time_since_epoch().count();
  std::string out =
      "# HELP banyan_router_tls_certificate_not_after_seconds When a certificate in use ends, in seconds since 1970.\n"
      "# TYPE banyan_router_tls_certificate_not_after_seconds gauge\n";
  for (const auto& [labels, end] : ends)
    out += "banyan_router_tls_certificate_not_after_seconds{used_for=\"" + labels + "\"} " + std::to_string(end) + '\n';
  out += "# HELP banyan_router_tls_problems TLS files that could not be loaded and endpoints whose TLS fails.\n"
         "# TYPE banyan_router_tls_problems gauge\nbanyan_router_tls_problems ";
  const std::lock_guard lock(mutex_);
  return out + std::to_string(troubles_.size() + (current_ ? current_->problems.size() : 0)) + '\n';
}

void Store::tick(UnixTime now) {
  {
    const std::lock_guard lock(mutex_);
    if (now - warned_ < std::chrono::days(1)) return;
    warned_ = now;
  }
  for (const auto& one : certificates(now))
    if (one.ends_soon)
      log(true, "TLS: the certificate " + one.file + " (" + one.used_for + ") " +
                    (now > one.not_after ? "EXPIRED on " : "ends on ") + format_date(one.not_after) +
                    "; replace the file and reload");
}

}  // namespace banyan::tls
