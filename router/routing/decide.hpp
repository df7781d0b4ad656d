// Request -> where it goes. The one function behind live traffic, `explain`, `expect:` and simulations.
//
// Pure and allocation-free without a trace; any thread. The result refers to the snapshot by index.
#pragma once

#include "router/routing/live.hpp"
#include "router/routing/request_view.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::routing {

enum class Side : std::uint8_t { legacy, new_side };
std::string_view to_string(Side side);  // "legacy", "new"

enum class Reason : std::uint8_t {
  no_match,        // no rule: default upstream
  ambiguous_path,  // see matching::ambiguity(): default upstream
  stage_legacy,
  stage_rolled_back,
  stage_shadow,
  no_cohort_key,  // canary, but nobody to hash
  bucket_below,   // canary, bucket < weight: new side
  bucket_above,   // canary, bucket >= weight: legacy
  stage_live,
  stage_retired,
  untranslatable,  // new side, but the body could not be translated and is legacy's as it is
  aggregation,     // answered by an aggregation: its parts have decisions of their own
  pinned,          // a part that names its upstream
  kept_together    // a part at canary whose caller is on legacy elsewhere
};
std::string_view to_string(Reason reason);

inline constexpr std::uint32_t none = 0xffffffff;

struct Decision {
  Side side = Side::legacy;
  Reason reason = Reason::no_match;
  cutover::Stage stage = cutover::Stage::legacy;  // what traffic follows: never `held`
  cutover::Weight weight = 0;                     // share of callers on the new side
  std::uint32_t upstream = 0;                     // index into Config::upstreams
  std::uint32_t cutover = none;                   // index into Config::cutovers
  std::uint32_t rule = none;                      // index into Config::rules.rules()
  std::uint32_t bucket = none;                    // 0..9999 when there is a cohort key
  std::uint32_t shadow = none;                    // index of the upstream that gets a copy
  std::uint32_t aggregation = none;               // index into Config::aggregation_rules.rules()
  std::uint32_t key_source = none;                // index into Config::cohort.keys
  bool operator==(const Decision&) const = default;
};

Decision decide(const Snapshot& snapshot, const RequestView& request, matching::Trace* trace = nullptr);
// The same without aggregations: for their parts.
Decision decide_ordinary(const Snapshot& snapshot, const RequestView& request, matching::Trace* trace = nullptr);

// The first cohort key that the request carries; empty when it has none.
std::string_view cohort_key(const config::Config& config, const RequestView& request);

// 16 hexadecimal digits that stand for a caller in logs: a hash of its cohort key that tells nothing without the salt.
std::array<char, 16> caller_mark(const config::Config& config, std::string_view cohort_key);

// Safe methods may be copied and repeated; idempotent ones only repeated.
bool is_safe(std::string_view method);
bool is_idempotent(std::string_view method);
// How often a request may be sent again after a failure that may have reached the upstream.
std::uint32_t retries_allowed(std::string_view method);

}  // namespace banyan::routing
