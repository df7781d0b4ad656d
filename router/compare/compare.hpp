// Two answers to one request -> where they differ. Pure; any thread.
//
// JSON bodies are compared value by value and differences named by path ("$.items[2].price"); member order,
// white space and number spelling (1, 1.0, 1e0) do not count. Elements of an array are paired by what they have
// in common when that explains more than their places do; a changed order is then one difference of its own.
// Other bodies are compared byte by byte and told by hash and size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::compare {

struct Header {
  std::string_view name, value;
};

struct Answer {
  int status = 0;
  std::string_view content_type;  // value of Content-Type, may be empty
  std::string_view body;          // decoded of any transfer coding, complete
  std::vector<Header> headers{};  // of the answer, in order; empty: not compared
};

enum class Kind : std::uint8_t { status, header, content_type, body, value, type, missing, added, order };
std::string_view to_string(Kind kind);

// One side's value, enough of it to tell its form.
struct Value {
  enum class Type : std::uint8_t { absent, null, boolean, number, text, object, array };
  Type type = Type::absent;
  bool integer = false;
  double number = 0;
  std::string text;  // the first 4 KiB; of a body 64 KiB
  bool operator==(const Value&) const = default;
};

struct Difference {
  Kind kind = Kind::body;
  std::string path;    // "$.a[0]" for JSON, "header:etag"; empty otherwise
  std::string legacy;  // short rendering of each side's value
  std::string fresh;
  std::string shape{};                // the path without indices: "$.a[*]"; "status", "body", ...
  std::vector<std::string> within{};  // shapes of the arrays it lies in, outermost first
  Value before{}, after{};
  bool redacted = false;  // lies in a redacted field; `legacy` and `fresh` do not show it
  bool operator==(const Difference&) const = default;
};

// Rules of a cutover's `compare:`. A path is $ followed by .name, [n], [*], .* or ..name.
struct Rules {
  std::vector<std::string> ignore;
  std::vector<std::string> unordered;
  std::map<std::string, double> tolerance;  // absolute
  std::vector<std::string> ignore_headers{};
  std::vector<std::string> redact{};  // a path, header:NAME or query:NAME
  double noise = 0.05;                // share of copies for which legacy is asked twice; 0: never
  bool operator==(const Rules&) const = default;
};

struct ArraySeen {
  std::string shape;
  std::size_t size = 0;
};

struct Result {
  bool equal = true;
  std::vector<Difference> differences;  // the first few, in document order
  std::size_t total = 0;                // how many there are, capped by the walk
  std::size_t legacy_bytes = 0, fresh_bytes = 0;
  std::uint64_t legacy_hash = 0, fresh_hash = 0;  // 64-bit FNV-1a of the bodies
  std::vector<ArraySeen> arrays{};                // of the legacy side, the first 64, when bodies differ
};

Result compare(const Answer& legacy, const Answer& fresh, const Rules& rules = {}, std::size_t keep = 64);

// "status 200 -> 404; $.total value 10 -> 12 (+3 more)"
std::string summarize(const Result& result);

std::uint64_t fnv1a(std::string_view bytes);
bool looks_like_json(const Answer& answer);

}  // namespace banyan::compare
