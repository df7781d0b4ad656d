// Numbers of both sides -> pass, fail or insufficient. Pure; any thread.
//
// The new side is judged against legacy's answers of the same cutover in the same time. A side's errors are the
// upstream's own (5xx, answers cut short) and, told apart, what the router had to answer because the upstream could not
// be used (no connection, time-out, breaker, bulkhead). The router's refusals of bad requests, callers that left and
// health probes count for nobody. Bounds are anytime-valid (sequential.hpp): looking on does not raise false alarms.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::cutover {

struct Gate {
  std::string name;
  std::uint64_t min_samples = 0;
  std::optional<double> diff_rate_max;  // share, 0..1
  double diff_rate_confidence = 0.95;
  std::optional<double> error_rate_worse_by;  // share points against the concurrent baseline
  std::optional<double> error_rate_max;
  std::optional<double> p99_ratio_max;
  double confidence = 0.95;  // of error_rate and p99
};

struct SideNumbers {
  std::uint64_t requests = 0;         // answered, or failed by the upstream
  std::uint64_t upstream_errors = 0;  // 5xx, cut short
  std::uint64_t unreachable = 0;      // answered by the router in its place
  std::vector<std::uint64_t> latency;  // by bucket, see telemetry::fine_bucket
  std::uint64_t errors() const { return upstream_errors + unreachable; }
};
SideNumbers since(const SideNumbers& now, const SideNumbers& then);
SideNumbers plus(const SideNumbers& one, const SideNumbers& other);

struct Numbers {
  SideNumbers fresh, legacy;
  std::uint64_t equal = 0, different = 0;  // in shadow
};
Numbers since(const Numbers& now, const Numbers& then);
Numbers plus(const Numbers& one, const Numbers& other);

enum class Verdict : std::uint8_t { pass, fail, insufficient };
std::string_view to_string(Verdict verdict);

struct Condition {
  std::string what;  // "error_rate.worse_than_baseline"
  Verdict verdict = Verdict::insufficient;
  std::string words;  // "new side 0 to 0.61 %, legacy 0 to 0.2 %: at most 0.2 points worse not yet certain"
  std::uint64_t have = 0, need = 0;  // samples, while there are too few of them
};

struct GateResult {
  std::string gate;
  Verdict verdict = Verdict::insufficient;  // the worst of its conditions
  std::vector<Condition> conditions;
};

// `bucket_end_us(i)`: the upper end of latency bucket i, ascending.
GateResult judge(const Gate& gate, const Numbers& numbers, std::uint64_t (*bucket_end_us)(std::size_t));

// The error rate that is still allowed to the new side, for the tripwire.
double allowed_error_rate(const Gate& gate, const SideNumbers& legacy);

}  // namespace banyan::cutover
