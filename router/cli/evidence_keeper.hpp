// Keeps what gates have counted and comparisons have learned over restarts: loads it once, writes it every two seconds on a
// thread of its own, and at the end. A disk that takes nothing is named and tried again; nothing else waits for it.
#pragma once

#include "router/admin/gatekeeper.hpp"
#include "router/cutover/evidence.hpp"
#include "router/proxy/server.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace banyan::cli {

class EvidenceKeeper {
 public:
  using Log = std::function<void(bool error, const std::string& line)>;
  static constexpr std::chrono::seconds interval{2};
  static constexpr std::size_t most_noise_bytes = 8 * 1024 * 1024;  // of one cutover

  // All must outlive the keeper.
  EvidenceKeeper(std::string path, const routing::Live& live, admin::Gatekeeper& gates, proxy::Server& proxy, Log log);
  ~EvidenceKeeper();  // without a last checkpoint

  // Before the gates are first asked and the first request is served.
  void restore();
  void start();
  void stop();                  // with a last checkpoint; nothing is counted any more
  std::string problem() const;  // why the newest checkpoint was not written; empty: it was

 private:
  void run();
  void checkpoint();
  void add_noise(const std::string& name, const proxy::ShadowRunner::Learned& learned, cutover::EvidenceStore::Checkpoint& out);
  void written(const std::map<std::string, proxy::ShadowRunner::Learned>& learned, const std::string& problem);
  void halt();

  const routing::Live& live_;
  admin::Gatekeeper& gates_;
  proxy::Server& proxy_;
  Log log_;
  cutover::EvidenceStore store_;                // of the one thread that runs
  std::map<std::string, std::uint64_t> known_;  // versions of noise that are written
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::string problem_;
  std::thread thread_;
};

}  // namespace banyan::cli
