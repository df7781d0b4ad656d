// Two answers to one request -> where they differ. Pure; any thread.
//
// JSON bodies are compared value by value and differences named by path ("$.items[2].price"); member order,
// white space and number spelling (1, 1.0, 1e0) do not count. Other bodies are compared byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::compare {

struct Answer {
  int status = 0;
  std::string_view content_type;  // value of Content-Type, may be empty
  std::string_view body;          // decoded of any transfer coding, complete
};

enum class Kind : std::uint8_t { status, content_type, body, value, type, missing, added };
std::string_view to_string(Kind kind);

struct Difference {
  Kind kind = Kind::body;
  std::string path;    // "$.a[0]" for JSON; empty otherwise
  std::string legacy;  // short rendering of each side's value
  std::string fresh;
  bool operator==(const Difference&) const = default;
};

// Rules of a cutover's `compare:`. A path is $ followed by .name, [n], [*], .* or ..name.
struct Rules {
  std::vector<std::string> ignore;
  std::vector<std::string> unordered;
  std::map<std::string, double> tolerance;  // absolute
};

struct Result {
  bool equal = true;
  std::vector<Difference> differences;  // the first few, in document order
  std::size_t total = 0;                // how many there are, capped by the walk
  std::size_t legacy_bytes = 0, fresh_bytes = 0;
  std::uint64_t legacy_hash = 0, fresh_hash = 0;  // 64-bit FNV-1a of the bodies
};

Result compare(const Answer& legacy, const Answer& fresh, const Rules& rules = {}, std::size_t keep = 16);

// "status 200 -> 404; $.total value 10 -> 12 (+3 more)"
std::string summarize(const Result& result);

}  // namespace banyan::compare
