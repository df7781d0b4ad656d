#include "router/cli/evidence_keeper.hpp"

namespace banyan::cli {

using Learned = proxy::ShadowRunner::Learned;

EvidenceKeeper::EvidenceKeeper(std::string path, const routing::Live& live, admin::Gatekeeper& gates, proxy::Server& proxy, Log log)
    : live_(live), gates_(gates), proxy_(proxy), log_(std::move(log)), store_(std::move(path)) {}

EvidenceKeeper::~EvidenceKeeper() { halt(); }

void EvidenceKeeper::restore() {
  const auto kept = store_.load();
  for (const std::string& trouble : kept.troubles) log_(true, trouble);
  gates_.restore(kept.steps);
  const auto config = live_.snapshot()->config;
  for (const config::Cutover& cutover : config->cutovers) {
    const auto noise = kept.noise.find(cutover.name);
    if (noise == kept.noise.end() || noise->second.definition != cutover.definition) continue;
    if (!proxy_.shadows().learn_again(cutover, noise->second.bytes))
      log_(true, store_.path() + ": what was learned of '" + cutover.name + "' cannot be read: its noise is learned anew");
  }
}

void EvidenceKeeper::start() {
  thread_ = std::thread([this] { run(); });
}

void EvidenceKeeper::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
    lock.unlock();
    checkpoint();
    lock.lock();
  }
}

void EvidenceKeeper::halt() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EvidenceKeeper::stop() {
  halt();
  proxy_.shadows().settle_all();
  checkpoint();
}

// Too much is not kept: learning again costs less than a disk that is written to without end.
void EvidenceKeeper::add_noise(const std::string& name, const Learned& learned, cutover::EvidenceStore::Checkpoint& out) {
  if (learned.bytes.empty()) return;
  if (learned.bytes.size() <= most_noise_bytes) {
    out.noise[name] = {learned.definition, learned.bytes};
  } else if (!known_.contains(name)) {
    log_(true, "what was learned of '" + name + "' takes " + std::to_string(learned.bytes.size() >> 20) +
                   " MiB: a restart will have to learn it again");
  }
}

void EvidenceKeeper::checkpoint() {
  cutover::EvidenceStore::Checkpoint out;
  const auto learned = proxy_.shadows().learned(known_, [&] { out.steps = gates_.evidence(); });
  for (const config::Cutover& cutover : live_.snapshot()->config->cutovers) out.cutovers.insert(cutover.name);
  for (const auto& [name, each] : learned) {
    add_noise(name, each, out);
    const auto step = out.steps.find(name);
    // A restart forgets them. Most would be noise, yet as nothing else is known of them, they count against the new side.
    if (step != out.steps.end() && step->second.definition == each.definition) step->second.numbers.different += each.undecided;
  }
  written(learned, store_.write(out));
}

void EvidenceKeeper::written(const std::map<std::string, Learned>& learned, const std::string& problem) {
  if (problem.empty())
    for (const auto& [name, each] : learned) known_[name] = each.version;
  std::string before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(problem_, problem);
  }
  if (!problem.empty() && before.empty()) log_(true, "what gates count cannot be kept: " + problem + "; a restart would count anew from the last checkpoint");
  if (problem.empty() && !before.empty()) log_(false, "what gates count is kept again");
}

std::string EvidenceKeeper::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_.empty() ? "" : "what gates count is not kept: " + problem_;
}

}  // namespace banyan::cli
