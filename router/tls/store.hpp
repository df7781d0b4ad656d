// The TLS material in use: read from the files that the configuration names, replaced whole by a reload, kept where a
// new file is broken. Says what is wrong with it and what will end soon.
//
//   prepare(config) -> (config is published) -> adopt(config)
//
// Any thread. prepare() blocks on the disk.
#pragma once
#include "router/config/load.hpp"
#include "router/tls/client_failure.hpp"
#include "router/tls/context.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace banyan::tls {

// Aligned with Config::upstreams; null where the upstream is plain.
using ClientContexts = std::vector<std::shared_ptr<const ClientContext>>;

struct CertificateStatus {
  std::string used_for;  // "listener" or "upstream NAME"
  std::string file;
  std::string subject;
  std::vector<std::string> names;
  UnixTime not_after{};
  bool ends_soon = false;
  std::string problem;  // why the file on the disk is not in use; empty: it is
};

// The last thing that went wrong between the router and an endpoint's TLS.
struct UpstreamTrouble {
  std::string upstream, endpoint, word, text;
};

class Store {
 public:
  using Log = std::function<void(bool error, const std::string& line)>;
  explicit Store(Log log = {}) : log_(std::move(log)) {}

  // Reads the files. A file that is broken is an error with its place in the configuration, unless the material in
  // use came from the same file: that is kept then, and adopt() says so.
  std::vector<config::Diagnostic> prepare(const std::shared_ptr<const config::Config>& config);
  // New connections use what was prepared. Returns, and logs, what is wrong with it.
  std::vector<std::string> adopt(const std::shared_ptr<const config::Config>& config);

  std::shared_ptr<const ServerContext> server() const;  // null: clients speak plainly
  // Prepares what was not prepared; throws std::runtime_error when that fails.
  std::shared_ptr<const ClientContexts> clients_for(const std::shared_ptr<const config::Config>& config);

  // Says so in the log, but not every time.
  void client_failed(std::string_view peer, std::string_view word, std::string_view text);
  void upstream_failed(const std::string& upstream, const std::string& endpoint, const Failure& failure);
  void upstream_works(const std::string& upstream, const std::string& endpoint);

  std::vector<CertificateStatus> certificates(UnixTime now) const;
  std::vector<UpstreamTrouble> troubles() const;
  // Everything a person should look at, in words.
  std::vector<std::string> problems(UnixTime now) const;
  std::string prometheus(UnixTime now) const;
  // Call every now and then: warns once a day of certificates that end soon.
  void tick(UnixTime now);

 private:
  struct Generation;
  struct Reading;
  std::shared_ptr<const Generation> find_locked(const std::shared_ptr<const config::Config>& config) const;
  void log(bool error, const std::string& line) const;

  Log log_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Generation> current_;
  std::vector<std::shared_ptr<const Generation>> prepared_;
  std::map<std::pair<std::string, std::string>, UpstreamTrouble> troubles_;
  ClientFailureLog client_failures_;
  UnixTime warned_{};
};

}  // namespace banyan::tls
