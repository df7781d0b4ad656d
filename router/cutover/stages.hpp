// The stages of a cutover and the only ways between them. Pure: time and names of people arrive as arguments.
//
//   legacy -> shadow -> canary(n%) -> live -> retired          promote, one step of the plan at a time
//      any of these  -> held        -> the one before          hold, resume; the weight stays as it is
//      any stage     -> rolled_back -> first step of the plan  rollback: weight zero, then promote starts
//      over
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::cutover {

enum class Stage : std::uint8_t { legacy, shadow, canary, live, retired, held, rolled_back };
inline constexpr Stage all_stages[] = {Stage::legacy,  Stage::shadow, Stage::canary,     Stage::live,
                                       Stage::retired, Stage::held,   Stage::rolled_back};
std::string_view to_string(Stage stage);
std::optional<Stage> stage_from(std::string_view name);

// Hundredths of a percent, so that they compare with cohort buckets: 10,000 is everybody.
using Weight = std::uint16_t;
inline constexpr Weight full_weight = 10'000;

struct RollbackNote {
  std::string reason;
  std::string by;
  std::string at;  // RFC 3339, UTC
  bool operator==(const RollbackNote&) const = default;
};

struct State {
  Stage stage = Stage::legacy;
  Stage before_hold = Stage::legacy;  // meaningful when held: what traffic still follows
  Weight weight = 0;                 // share of callers on the new side (canary), of requests copied (shadow)
  std::optional<RollbackNote> note;  // set when rolled_back

  Stage effective() const { return stage == Stage::held ? before_hold : stage; }
  // Share of callers that the new side answers.
  Weight new_weight() const;
  // Share of requests copied to the new side.
  Weight shadow_weight() const;
  bool past_legacy() const { return effective() != Stage::legacy && effective() != Stage::rolled_back; }
  bool operator==(const State&) const = default;
};

// "canary 25 %", "held (canary 25 %)", "rolled_back"
std::string describe(const State& state);
// "25 %", "0.05 %"
std::string percent(Weight weight);

struct PlanStep {
  Stage stage = Stage::canary;  // shadow, canary, live, retired
  Weight weight = full_weight;
  std::vector<std::string> gates;
  std::int64_t hold_ms = 0;
  std::vector<std::string> approve;
  bool automatic = false;  // goes on by itself when nothing blocks
};
using Plan = std::vector<PlanStep>;

enum class Verb : std::uint8_t { promote, promote_full, rollback, hold, resume, set_weight };
inline constexpr Verb all_verbs[] = {Verb::promote, Verb::promote_full, Verb::rollback,
                                     Verb::hold,    Verb::resume,       Verb::set_weight};
std::string_view to_string(Verb verb);

struct Command {
  Verb verb = Verb::promote;
  Weight weight = 0;  // set_weight
  RollbackNote note;  // rollback
  bool force = false;  // promote although gates, hold or `after` say no
};

enum class Refusal : std::uint8_t {
  none,
  already_there,  // nothing to do; not an error for rollback
  held,           // resume first
  not_held,
  rolled_back,  // promote starts over; nothing to hold or resume
  retired,      // roll back first
  plan_done,
  weight_not_usable  // 0 is rollback's business; more than 100 % is nobody's
};
std::string_view explain(Refusal refusal);

struct Transition {
  Refusal refusal = Refusal::none;
  State next;                    // equals the state before when refused
  std::optional<PlanStep> step;  // the plan step that was entered by promote
};

// Covers every pair of stage and verb.
Transition apply(const State& state, const Plan& plan, const Command& command);

// The first step of the plan that lies beyond the state, if any.
std::optional<PlanStep> next_step(const State& state, const Plan& plan);

}  // namespace banyan::cutover
