// Looks at the numbers of every cutover, says what blocks its next step, and acts where it may: it rolls back a new side
// that a gate calls worse, and promotes where the plan says `auto: true`.
//
// Numbers count from the moment a step was entered. tick() belongs to one thread; everything else may come from any.
// When nobody calls tick(), nothing is promoted by itself; roll-backs by hand and by tripwire work on.
#pragma once

#include "router/admin/control.hpp"
#include "router/cutover/progress.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace banyan::admin {

// Where the numbers come from, and what arms the tripwires; both may be called from any thread.
struct GateSources {
  std::function<std::map<std::string, cutover::Numbers>()> numbers;  // by cutover, since the start
  std::uint64_t (*bucket_end_us)(std::size_t) = nullptr;
  // The error rate allowed to the new side; nothing: no tripwire. `afresh`: a new step begins.
  std::function<void(const std::string& cutover, std::optional<double> allowed, bool afresh)> arm;
};

class Gatekeeper {
 public:
  Gatekeeper(Control& control, GateSources sources) : control_(control), sources_(std::move(sources)) {}

  struct View {
    cutover::Readiness readiness;
    std::vector<cutover::GateResult> results;
    std::string evidence;  // JSON object
  };
  View look(const std::string& cutover);
  void moved(const std::string& cutover, const cutover::State& state);
  void tick();

 private:
  struct Memory {
    cutover::State state;
    cutover::Numbers at_entry;
    cutover::SideNumbers legacy_before;  // of the step before, for a stage at which legacy has no callers left
    bool known = false, armed = false;
  };
  using AllNumbers = std::map<std::string, cutover::Numbers>;
  void notice(const std::string& name, const cutover::State& state, const cutover::Numbers& now);
  View view_of(const routing::Snapshot& snapshot, std::uint32_t index, const cutover::Numbers& now);
  View view_in_lockstep(const routing::Snapshot& snapshot, std::uint32_t index, const AllNumbers& all);
  bool act(const config::Cutover& cutover, const View& view);
  void arm(const config::Config& config, const config::Cutover& cutover, const cutover::State& state,
           const cutover::Numbers& numbers, bool afresh);

  Control& control_;
  GateSources sources_;
  std::mutex mutex_;
  std::map<std::string, Memory> memory_;
};

}  // namespace banyan::admin
