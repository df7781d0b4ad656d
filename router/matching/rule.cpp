#include "router/matching/rule.hpp"

#include "router/matching/rule_table.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace banyan::matching {
namespace {

std::vector<std::string_view> split_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::string_view rest = path.substr(1);;) {
    const auto end = rest.find('/');
    segments.push_back(rest.substr(0, end));
    if (end == rest.npos) return segments;
    rest.remove_prefix(end + 1);
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-';
  });
}

std::optional<PatternError> parse_segment(std::string_view text, std::size_t offset, Segment& out) {
  if (text == "*") {
    out = {Segment::Kind::param, "*"};
    return std::nullopt;
  }
  if (text.starts_with('{') && text.ends_with('}') && is_name(text.substr(1, text.size() - 2))) {
    out = {Segment::Kind::param, std::string(text.substr(1, text.size() - 2))};
    return std::nullopt;
  }
  if (text.find_first_of("{}*") != text.npos)
    return PatternError{"'" + std::string(text) + "' is not a path segment",
                        "a literal, '{name}' or '*' as a whole segment; for more use path: { regex: ... }",
                        offset};
  out = {Segment::Kind::literal, std::string(text)};
  return std::nullopt;
}

std::optional<PatternError> parse_regex(std::string_view text, std::shared_ptr<const re2::RE2>& out) {
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!regex->ok()) return PatternError{"not a regular expression: " + regex->error(), "RE2 syntax", 0};
  out = std::move(regex);
  return std::nullopt;
}

int sign(bool less, bool greater) { return less ? -1 : greater ? 1 : 0; }
template <class T>
int more_first(T a, T b) {
  return sign(a > b, a < b);
}

int compare_paths(const PathPattern& a, const PathPattern& b) {
  if (a.kind != b.kind) return sign(a.kind < b.kind, true);
  if (const int by_length = more_first(a.segments.size(), b.segments.size())) return by_length;
  for (std::size_t i = 0; i < a.segments.size(); ++i)
    if (a.segments[i].kind != b.segments[i].kind)
      return sign(a.segments[i].kind == Segment::Kind::literal, true);
  return 0;
}

// 0 exact, 1 wildcard, 2 any.
int host_kind(const std::string& host) { return host.empty() ? 2 : host.starts_with("*.") ? 1 : 0; }

int compare_hosts(const std::string& a, const std::string& b) {
  if (host_kind(a) != host_kind(b)) return sign(host_kind(a) < host_kind(b), true);
  return host_kind(a) == 1 ? more_first(a.size(), b.size()) : 0;
}

int compare_methods(const Rule& a, const Rule& b) {
  if (a.methods.empty() || b.methods.empty()) return sign(!a.methods.empty(), !b.methods.empty());
  return -more_first(a.methods.size(), b.methods.size());
}

bool segment_lists_overlap(const PathPattern& a, const PathPattern& b) {
  const std::size_t common = std::min(a.segments.size(), b.segments.size());
  const auto literal = Segment::Kind::literal;
  for (std::size_t i = 0; i < common; ++i) {
    const Segment &x = a.segments[i], &y = b.segments[i];
    if (x.kind == literal && y.kind == literal && x.text != y.text) return false;
    if (x.kind != y.kind && (x.kind == literal ? x : y).text.empty())
      return false;  // a parameter is never empty
  }
  if (a.segments.size() == b.segments.size()) return true;
  return (a.segments.size() < b.segments.size() ? a : b).kind == PathKind::prefix;
}

// The range of strings that can match: for a regex from RE2, else from the leading literals.
std::pair<std::string, std::string> match_range(const PathPattern& path) {
  std::string low, high;
  if (path.kind == PathKind::regex) {
    // Against a whole path the expression is anchored, which narrows the range only if it says so.
    RE2::Options quiet;
    quiet.set_log_errors(false);
    const re2::RE2 anchored("^(?:" + path.regex->pattern() + ")$", quiet);
    if (anchored.ok() && anchored.PossibleMatchRange(&low, &high, 64)) return {low, high};
    return {"", std::string(64, '\xff')};
  }
  for (const Segment& segment : path.segments) {
    low += '/';
    if (segment.kind != Segment::Kind::literal) break;
    low += segment.text;
  }
  return {low, low + std::string(64, '\xff')};
}

bool paths_overlap(const PathPattern& a, const PathPattern& b) {
  if (a.kind == PathKind::any || b.kind == PathKind::any) return true;
  if (a.kind != PathKind::regex && b.kind != PathKind::regex) return segment_lists_overlap(a, b);
  const PathPattern& regex = a.kind == PathKind::regex ? a : b;
  const PathPattern& other = a.kind == PathKind::regex ? b : a;
  if (other.kind == PathKind::exact) return RE2::FullMatch(other.text, *regex.regex);
  const auto [low_a, high_a] = match_range(a);
  const auto [low_b, high_b] = match_range(b);
  return low_a <= high_b && low_b <= high_a;
}

bool hosts_overlap(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty() || a == b) return true;
  const auto below = [](std::string_view name, std::string_view wildcard) {
    return wildcard.starts_with("*.") && name.size() >= wildcard.size() && name.ends_with(wildcard.substr(1));
  };
  return below(a, b) || below(b, a);
}

bool methods_overlap(const Rule& a, const Rule& b) {
  if (a.methods.empty() || b.methods.empty()) return true;
  return std::any_of(a.methods.begin(), a.methods.end(), [&](const std::string& method) {
    return std::find(b.methods.begin(), b.methods.end(), method) != b.methods.end();
  });
}

bool contradict(const Predicate& a, const Predicate& b) {
  using Kind = Predicate::Kind;
  if (a.kind == Kind::absent || b.kind == Kind::absent) return a.kind != b.kind;
  if (a.kind == Kind::equals && b.kind == Kind::equals) return a.value != b.value;
  if (a.kind == Kind::equals && b.kind == Kind::regex) return !RE2::FullMatch(a.value, *b.regex);
  if (b.kind == Kind::equals && a.kind == Kind::regex) return !RE2::FullMatch(b.value, *a.regex);
  return false;
}

bool predicates_overlap(const std::vector<Predicate>& a, const std::vector<Predicate>& b, bool fold_case) {
  for (const Predicate& x : a)
    for (const Predicate& y : b)
      if ((fold_case ? equal_ignoring_case(x.name, y.name) : x.name == y.name) && contradict(x, y))
        return false;
  return true;
}

bool path_covers(const PathPattern& a, const PathPattern& b) {
  if (a.kind == PathKind::any) return true;
  if (a.kind == PathKind::regex)
    return (b.kind == PathKind::regex && a.text == b.text) ||
           (b.kind == PathKind::exact && RE2::FullMatch(b.text, *a.regex));
  if (b.kind == PathKind::any || b.kind == PathKind::regex) return false;
  if (b.kind == PathKind::prefix && a.kind != PathKind::prefix) return false;
  if (a.kind == PathKind::prefix ? b.segments.size() < a.segments.size()
                                 : b.segments.size() != a.segments.size())
    return false;
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    const Segment &x = a.segments[i], &y = b.segments[i];
    if (x.kind == Segment::Kind::param ? (y.kind == Segment::Kind::literal && y.text.empty())
                                       : (y.kind != x.kind || x.text != y.text))
      return false;
  }
  return true;
}

bool host_covers(const std::string& a, const std::string& b) {
  return a.empty() || a == b ||
         (host_kind(a) == 1 && b.size() >= a.size() && b.ends_with(std::string_view(a).substr(1)));
}

bool predicates_cover(const std::vector<Predicate>& a, const std::vector<Predicate>& b) {
  return std::all_of(a.begin(), a.end(), [&](const Predicate& x) {
    return std::any_of(b.begin(), b.end(), [&](const Predicate& y) {
      return equal_ignoring_case(x.name, y.name) && x.kind == y.kind && x.value == y.value;
    });
  });
}

}  // namespace

std::optional<PatternError> parse_path(std::string_view text, PathPattern& out) {
  if (!text.starts_with('/'))
    return PatternError{"'" + std::string(text) + "' is not a path", "a path that starts with '/'", 0};
  if (const auto mark = text.find_first_of("?# \t"); mark != text.npos)
    return PatternError{"a path pattern ends before '" + std::string(1, text[mark]) + "'",
                        "the path only; a query is matched by query: { name: value }", mark};
  out = {PathKind::exact, std::string(text), {}, nullptr};
  if (text == "/**") {
    out.kind = PathKind::prefix;
    return std::nullopt;
  }
  std::string_view literal_part = text;
  if (text.ends_with("/**")) {
    out.kind = PathKind::prefix;
    literal_part.remove_suffix(3);
  }
  if (const auto reason = ambiguity(literal_part); !reason.empty())
    return PatternError{"no request can match '" + std::string(text) + "': " + std::string(reason),
                        "a path without // . .. ; \\ or escapes; ambiguous paths go to 'default'", 0};
  std::size_t offset = 1;
  for (const std::string_view segment : split_segments(literal_part)) {
    if (segment == "**")
      return PatternError{"'**' stands for the rest of the path", "'**' as the last segment only", offset};
    Segment parsed;
    if (auto error = parse_segment(segment, offset, parsed)) return error;
    if (parsed.kind == Segment::Kind::param && out.kind == PathKind::exact) out.kind = PathKind::params;
    out.segments.push_back(std::move(parsed));
    offset += segment.size() + 1;
  }
  return std::nullopt;
}

std::optional<PatternError> parse_path_regex(std::string_view text, PathPattern& out) {
  out = {PathKind::regex, std::string(text), {}, nullptr};
  return parse_regex(text, out.regex);
}

std::optional<PatternError> parse_value_regex(std::string_view text, std::shared_ptr<const re2::RE2>& out) {
  return parse_regex(text, out);
}

int compare_specificity(const Rule& a, const Rule& b) {
  if (const int by_path = compare_paths(a.path, b.path)) return by_path;
  if (const int by_host = compare_hosts(a.host, b.host)) return by_host;
  if (const int by_method = compare_methods(a, b)) return by_method;
  if (const int by_header = more_first(a.headers.size(), b.headers.size())) return by_header;
  if (const int by_cookie = more_first(a.cookies.size(), b.cookies.size())) return by_cookie;
  return more_first(a.queries.size(), b.queries.size());
}

bool same_request_beyond_path(const Rule& a, const Rule& b) {
  return methods_overlap(a, b) && predicates_overlap(a.headers, b.headers, true) &&
         predicates_overlap(a.cookies, b.cookies, false) && predicates_overlap(a.queries, b.queries, false);
}

bool may_overlap(const Rule& a, const Rule& b) {
  return paths_overlap(a.path, b.path) && hosts_overlap(a.host, b.host) && same_request_beyond_path(a, b);
}

bool covers(const Rule& a, const Rule& b) {
  const bool methods =
      a.methods.empty() ||
      (!b.methods.empty() && std::all_of(b.methods.begin(), b.methods.end(), [&](const std::string& method) {
        return std::find(a.methods.begin(), a.methods.end(), method) != a.methods.end();
      }));
  return methods && path_covers(a.path, b.path) && host_covers(a.host, b.host) &&
         predicates_cover(a.headers, b.headers) && predicates_cover(a.cookies, b.cookies) &&
         predicates_cover(a.queries, b.queries);
}

std::string shape_key(const Rule& rule) {
  std::string key = std::to_string(static_cast<int>(rule.path.kind));
  for (const Segment& segment : rule.path.segments)
    key += segment.kind == Segment::Kind::literal ? "/" + segment.text : std::string("/{}");
  return key + '\n' + rule.host;
}

std::string describe(const Rule& rule) {
  std::string text;
  for (const std::string& method : rule.methods) text += (text.empty() ? "" : ",") + method;
  if (text.empty()) text = "any method";
  if (!rule.host.empty()) text += " host " + rule.host;
  if (rule.path.kind == PathKind::any)
    text += " any path";
  else
    text += (rule.path.kind == PathKind::regex ? " path ~" : " ") + rule.path.text;
  const auto add = [&text](const char* what, const std::vector<Predicate>& predicates) {
    for (const Predicate& predicate : predicates) {
      text += std::string(" ") + what + " " + predicate.name;
      if (predicate.kind == Predicate::Kind::equals) text += "=" + predicate.value;
      if (predicate.kind == Predicate::Kind::regex) text += "~" + predicate.value;
      if (predicate.kind == Predicate::Kind::absent) text += " absent";
    }
  };
  add("header", rule.headers);
  add("cookie", rule.cookies);
  add("query", rule.queries);
  return text;
}

}  // namespace banyan::matching
