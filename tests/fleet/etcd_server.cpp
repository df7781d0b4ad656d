#include "tests/fleet/etcd_server.hpp"

#include "tests/support/http_client.hpp"

#include <unistd.h>

#include <iostream>
#include <stdexcept>

namespace banyan::fleet {

std::string etcd_program() {
  for (const char* place : {BANYAN_SOURCE_DIR "/build/tools/etcd", "/usr/bin/etcd"})
    if (::access(place, X_OK) == 0) return place;
  static const bool said = [] {
    std::cout << "SKIPPED: the fleet was not tried with a real etcd: build/tools/etcd is not there; ./banyan test fetches it\n";
    return true;
  }();
  static_cast<void>(said);
  return {};
}

EtcdServer::EtcdServer(std::filesystem::path folder) : folder_(std::move(folder)) { start(); }

// Its gateway is a client of the port it listens on, so the port has to be chosen here; another may take it meanwhile.
void EtcdServer::start() {
  const int most = starts_ == 0 ? 5 : 1;
  for (int attempt = 1;; ++attempt) {
    if (starts_ == 0) port_ = support::free_port();
    const std::string url = "http://127.0.0.1:" + std::to_string(port_), peer = "http://127.0.0.1:0";
    process_ = std::make_unique<support::Process>(
        std::vector<std::string>{etcd_program(), "--data-dir", (folder_ / "data").string(), "--listen-client-urls", url, "--advertise-client-urls", url,
                                 "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer},
        folder_ / ("etcd" + std::to_string(starts_) + "." + std::to_string(attempt) + ".log"));
    try {
      process_->wait_for_line("ready to serve client requests", std::chrono::seconds(60));
      ++starts_;
      return;
    } catch (const std::runtime_error&) {
      if (attempt == most) throw;
      process_->kill_hard();
    }
  }
}

void EtcdServer::kill_hard() { process_->kill_hard(); }
void EtcdServer::lose_data() { std::filesystem::remove_all(folder_ / "data"); }

std::string EtcdServer::post(const std::string& target, const std::string& body) const {
  support::HttpClient client("127.0.0.1", port_);
  const auto answer = client.request("POST", target, {{"Content-Type", "application/json"}}, body);
  if (answer.status != 200) throw std::runtime_error(target + ": " + answer.body);
  return answer.body;
}

void EtcdServer::compact(std::int64_t revision) const {
  post("/v3/kv/compaction", "{\"revision\":\"" + std::to_string(revision) + "\",\"physical\":true}");
}

}  // namespace banyan::fleet
