// One `match:` mapping of the configuration, parsed: what a request must look like to belong to a cutover.
//
// An empty member asks for nothing. Immutable once built; may be shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace banyan::matching {

// Most specific first: this is the first key of the order of rules.
enum class PathKind : std::uint8_t { exact, params, prefix, regex, any };

struct Segment {
  enum class Kind : std::uint8_t { literal, param } kind = Kind::literal;
  std::string text;  // the literal, or the parameter's name ("*" when it has none)
};

struct PathPattern {
  PathKind kind = PathKind::any;
  std::string text;               // as written
  std::vector<Segment> segments;  // without the closing ** of a prefix; empty for regex and any
  std::shared_ptr<const re2::RE2> regex;
};

struct Predicate {
  enum class Kind : std::uint8_t { present, absent, equals, regex } kind = Kind::present;
  std::string name;
  std::string value;
  std::shared_ptr<const re2::RE2> regex;
};

struct Rule {
  std::uint32_t cutover = 0;  // index in the configuration
  std::uint32_t entry = 0;    // index in that cutover's `match` list
  PathPattern path;
  std::string host;  // lower case; "*.example.org" matches any name below example.org; empty: any
  std::vector<std::string> methods;
  std::vector<Predicate> headers;
  std::vector<Predicate> cookies;
  std::vector<Predicate> queries;
};

struct PatternError {
  std::string what;
  std::string expected;
  std::size_t offset = 0;  // in the pattern's text
};

// "/a", "/a/{id}", "/a/*" (one segment) or "/a/**" (any number of segments, also none). Parses into `out`, or
// says why not.
std::optional<PatternError> parse_path(std::string_view text, PathPattern& out);
// RE2 syntax, matched against the whole path.
std::optional<PatternError> parse_path_regex(std::string_view text, PathPattern& out);
// The same for header, cookie and query values.
std::optional<PatternError> parse_value_regex(std::string_view text, std::shared_ptr<const re2::RE2>& out);

// How two rules stand: -1 when `a` outranks `b`, +1 the other way round, 0 for a tie.
// Keys in this order: path kind (exact, params, prefix, regex, any); within a kind more segments, then the
// leftmost literal; host exact, "*.": longer first, any; fewer methods; more header, cookie, query
// predicates.
int compare_specificity(const Rule& a, const Rule& b);

// False only when it is certain that no request can match both.
bool may_overlap(const Rule& a, const Rule& b);
// True only when it is certain that every request that matches `b` also matches `a`.
bool covers(const Rule& a, const Rule& b);

// Rules that tie in rank and may overlap always share this key; it spares comparing every pair.
std::string shape_key(const Rule& rule);
// Do their `methods` or predicates keep the two apart? Paths and hosts are not looked at.
bool same_request_beyond_path(const Rule& a, const Rule& b);

std::string describe(const Rule& rule);

}  // namespace banyan::matching
