// Looks at the numbers of every cutover, says what blocks its next step, and acts where it may: it rolls back a new side
// that a gate calls worse, and promotes where the plan says `auto: true`.
//
// Numbers count from the moment a step was entered, over restarts when they are kept (evidence(), restore()): each answer once,
// because the counters of a process start at nothing and what came before is added. A cutover whose definition changed starts anew.
// tick() belongs to one thread; everything else may come from any.
// When nobody calls tick(), nothing is promoted by itself; roll-backs by hand and by tripwire work on.
#pragma once

#include "router/admin/control.hpp"
#include "router/cutover/evidence.hpp"
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
  std::map<std::string, View> look_at_all();  // the numbers are summed up once, however many cutovers there are
  void moved(const std::string& cutover, const cutover::State& state);
  void tick();

  // What has been counted in the step that each cutover is in.
  std::map<std::string, cutover::Evidence> evidence();
  // Before the first look and the first request. What belongs to another definition or step is left.
  void restore(const std::map<std::string, cutover::Evidence>& kept);

 private:
  struct Memory {
    cutover::State state;
    std::string definition;
    cutover::Numbers at_entry;
    cutover::Numbers before_start;       // counted in this step by processes before this one
    cutover::SideNumbers legacy_before;  // of the step before, for a stage at which legacy has no callers left
    bool known = false, armed = false;
    cutover::Numbers since_entry(const cutover::Numbers& now) const;
  };
  using AllNumbers = std::map<std::string, cutover::Numbers>;
  void notice(const config::Cutover& cutover, const cutover::State& state, const cutover::Numbers& now);
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
