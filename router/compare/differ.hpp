// The comparisons of one cutover: what differs, how often, since when, with an example; what is noise is left out.
//
//   first_look() -> should legacy be asked a second time?     take() -> counted, grouped, or kept until noise is known
//
// A second answer of legacy teaches noise (a sampled share, and the first pairs of each kind of request), and clears
// a difference that legacy has come to by now: the data changed between the two askings. Bounded: at most 64 kinds of
// requests, 200 groups, 128 comparisons kept. Nothing is stored before redaction. Pure, clock passed in; one owner.
#pragma once

#include "router/compare/noise.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::compare {

struct Request {
  std::string method, target, trace_id;
};

// "GET /orders/{}/items": segments that look like ids become {}.
std::string kind_of(const Request& request);
// The target with the values of redacted query parameters replaced.
std::string redact_target(const std::string& target, const Rules& rules);
// A body fit for storing: JSON with redacted fields replaced, others only when nothing is to be redacted; cut.
std::string redact_body(const Answer& answer, const Rules& rules, std::size_t most = 4096);

struct Exchange {
  Request request;
  Answer legacy, fresh;
  std::optional<Answer> again{};  // what legacy says when asked once more
  bool sampled = false;           // `again` was decided on before the answers were seen
};

struct Sample {
  Request request;
  int legacy_status = 0, fresh_status = 0;
  std::string legacy_body, fresh_body;
  std::string legacy, fresh, path;  // the difference
};

struct Group {
  std::string kind_of_request, shape;
  Kind kind = Kind::value;
  std::uint64_t count = 0;        // comparisons that have it
  std::int64_t first_ms = 0, last_ms = 0;  // since 1970
  bool looks_like_noise = false;  // legacy differs from itself here, but not like this
  Sample sample;
};

struct Counts {
  std::uint64_t equal = 0, different = 0;
  std::uint64_t waiting = 0;          // kept until the noise at their paths is known
  std::uint64_t explained = 0;        // equal but for noise
  std::uint64_t changed_meanwhile = 0;  // legacy came to the same answer when asked again
  std::uint64_t pairs = 0;            // legacy against legacy
  std::uint64_t groups_dropped = 0;   // differences that found no place in the report
  std::uint64_t set_cookie_on_safe = 0, created_on_safe = 0;  // GETs that seem to write
};

struct Outcome {
  std::uint64_t equal = 0, different = 0;  // what has been decided by this call, also of earlier ones
  std::optional<std::string> summary;      // of the newest difference
};

class Differ {
 public:
  // `version`: where learned_version() begins.
  explicit Differ(Rules rules, std::uint64_t version = 0) : rules_(std::move(rules)), version_(version) {}
  const Rules& rules() const { return rules_; }

  // `draw` is uniform; decides before the answers are known.
  bool sample(const Request& request, std::uint32_t draw) const;
  // Is there a difference that a second answer of legacy could clear?
  bool first_look(const Exchange& exchange) const;
  Outcome take(const Exchange& exchange, std::int64_t now_ms);
  // Decides what has been kept for longer than ten seconds.
  Outcome settle(std::int64_t now_ms);

  const Counts& counts() const { return counts_; }
  std::vector<Group> groups() const;  // most frequent first
  std::uint64_t compared(const std::string& kind_of_request) const;
  std::map<std::string, std::vector<Noise::Line>> noise() const;

  // What was learned of legacy's noise, for a later Differ with the same rules. No text of any answer is in it but for paths
  // and kinds of requests. learn_again(): false, and nothing learned, when the bytes are not such.
  std::string learned() const;
  bool learn_again(std::string_view bytes);
  // Moves with whatever learned() is made of.
  std::uint64_t learned_version() const { return version_; }
  std::size_t waiting() const { return waiting_.size(); }

  static constexpr std::size_t most_kinds = 64, most_groups = 200, most_waiting = 128;
  static constexpr std::size_t learning_pairs = 100;

 private:
  struct KindState {
    Noise noise;
    std::uint64_t compared = 0;
    std::map<std::string, std::uint64_t> with;  // comparisons that differ there, noise or not
    std::uint64_t before = 0;                   // of `compared`: counted by an earlier Differ
    template <class Archive>
    void transfer(Archive& archive) {
      archive(noise)(compared)(with, Noise::most_paths);
      for (const auto& [shape, count] : with) archive.need(count <= compared);
    }
  };
  struct Waiting {
    std::string kind;
    std::vector<Difference> differences;
    Sample sample;
    std::int64_t at_ms = 0;
  };
  struct Judged {
    std::vector<Difference> left;  // not excused
    bool unsure = false;           // some of them may be noise yet
  };

  const std::string& place_of(const std::string& kind) const;
  Judged judge(const std::string& kind, const std::vector<Difference>& differences) const;
  void drop_what_changed(const Exchange& exchange, const std::string& kind, std::vector<Difference>& left) const;
  void decide(Waiting waiting, Judged judged, std::int64_t now_ms, Outcome& outcome);
  void record(const Waiting& waiting, const std::vector<Difference>& left, std::int64_t now_ms);
  void retry_waiting(std::int64_t now_ms, Outcome& outcome);
  void watch_for_writes(const Exchange& exchange);

  Rules rules_;
  std::uint64_t version_;
  Counts counts_;
  std::map<std::string, KindState> kinds_;
  std::map<std::string, Group> groups_;
  std::deque<Waiting> waiting_;
};

}  // namespace banyan::compare
