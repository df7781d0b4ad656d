// One answer put together from several: what an aggregation endpoint asks for, and what its parts' answers come to.
//
//   parts' answers -> read_part -> judge -> compose, or the one failure that the caller is told
//
// Pure; any thread.
#pragma once

#include "router/translate/path_template.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::aggregate {

struct Part {
  std::string name;              // the member of the answer
  translate::PathTemplate path;  // asked for with GET
  std::optional<std::uint32_t> upstream;  // index in the configuration; none: routed like a caller's request
  std::optional<std::uint32_t> cutover;   // the one its path belongs to, as declared; checked when loaded
  bool required = true;
  std::string fallback = "null";  // JSON text that stands for an optional part that is missing
  std::chrono::milliseconds timeout{1000};
  std::uint64_t max_body = 256 * 1024;
};

struct Aggregation {
  std::string name;
  std::chrono::milliseconds timeout{2000};  // of all parts together
  std::vector<std::string> headers;         // of the caller's request that parts get
  std::string missing_key;                  // member that lists missing parts; empty: none
  bool mixed_sides = false;
  std::vector<Part> parts;
  std::uint32_t line = 0;  // where it stands in the file
};

inline constexpr std::size_t most_parts = 16;

enum class Outcome : std::uint8_t { ok, failed, timed_out, cancelled };
std::string_view to_string(Outcome outcome);

struct PartResult {
  Outcome outcome = Outcome::cancelled;
  int status = 0;         // of the part's answer; 0: none
  std::string_view why;   // static; empty when ok
  std::string body;       // JSON text when ok
};

// A part is usable when it is 200 with a JSON body.
PartResult read_part(int status, std::string_view content_type, std::string body);

struct Failure {
  int status = 502;
  std::string_view word;  // part-failed, part-timeout, part-refused
  std::string_view part;
  std::string detail;
};
// The first required part that is missing decides. What says that the caller may not or cannot have it (401, 403, 404,
// 410) is passed on as a status; all else is 502, or 504 for time.
std::optional<Failure> judge(const Aggregation& aggregation, std::span<const PartResult> results);

struct Composed {
  std::string body;
  std::string missing;  // "payment, stock"; empty: whole
};
// The parts' texts as they came, in the declared order.
Composed compose(const Aggregation& aggregation, std::span<const PartResult> results);

}  // namespace banyan::aggregate
