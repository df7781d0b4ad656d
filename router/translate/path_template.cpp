#include "router/translate/path_template.hpp"

#include "router/http/characters.hpp"
#include "router/matching/request_view.hpp"
#include "router/matching/rule_table.hpp"

#include <algorithm>
#include <utility>

namespace banyan::translate {
namespace {

using matching::PathPattern;
constexpr std::string_view query_prefix = "query.";

std::optional<TemplateError> parse_place(std::string_view name, std::size_t at, std::string& before, PathTemplate::Piece& out) {
  out.text = name;
  if (name == "**") {
    if (out.in_query || !before.ends_with('/')) return TemplateError{"'{**}' stands behind a '/'", at};
    before.pop_back();
    out.kind = PathTemplate::Kind::rest;
  } else if (name.starts_with(query_prefix)) {
    out.kind = PathTemplate::Kind::query;
    out.text = name.substr(query_prefix.size());
  } else {
    out.kind = PathTemplate::Kind::segment;
  }
  if (out.text.empty() || (out.kind != PathTemplate::Kind::rest && !http::all_are(out.text, http::class_token)))
    return TemplateError{"'{" + std::string(name) + "}' is no name", at};
  return std::nullopt;
}

void put_text(PathTemplate& out, std::string& text) {
  if (!text.empty()) out.pieces.push_back({PathTemplate::Kind::text, std::exchange(text, {}), false});
}

// Where the segment number `index` of a path lies; npos, 0 when there is none.
std::pair<std::size_t, std::size_t> segment_at(std::string_view path, std::size_t index) {
  std::size_t begin = 1;
  for (;; --index) {
    if (begin > path.size()) return {path.npos, 0};
    const auto end = std::min(path.find('/', begin), path.size());
    if (index == 0) return {begin, end - begin};
    begin = end + 1;
  }
}

std::string_view segment_named(const PathPattern& pattern, std::string_view path, std::string_view name) {
  for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
    const auto& segment = pattern.segments[i];
    if (segment.kind != matching::Segment::Kind::param || segment.text != name) continue;
    const auto [begin, size] = segment_at(path, i);
    return begin == path.npos ? std::string_view() : path.substr(begin, size);
  }
  return {};
}

// With its leading '/', or nothing.
std::string_view rest_of(const PathPattern& pattern, std::string_view path) {
  if (pattern.segments.empty()) return path;
  const auto [begin, size] = segment_at(path, pattern.segments.size() - 1);
  return begin == path.npos ? std::string_view() : path.substr(begin + size);
}

// A segment's '&' would end a query parameter, a query's '/' would begin a segment.
void put_filled(std::string& out, std::string_view value, bool in_query, bool from_query) {
  constexpr char digits[] = "0123456789ABCDEF";
  const std::string_view special = in_query ? (from_query ? "#" : "&+=;#") : (from_query ? "/?#;" : "?#");
  for (const char c : value) {
    if (!in_query && from_query && c == '+') {
      out += "%20";
    } else if (special.find(c) != special.npos) {
      (out += '%') += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[c & 15];
    } else {
      out += c;
    }
  }
}

}  // namespace

std::optional<TemplateError> parse_template(std::string_view text, PathTemplate& out) {
  out = {std::string(text), {}, false};
  if (!text.starts_with('/')) return TemplateError{"a path begins with '/'", 0};
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '{') {
      const auto end = text.find('}', at);
      if (end == text.npos) return TemplateError{"'{' without '}'", at};
      PathTemplate::Piece piece;
      piece.in_query = out.has_query;
      if (auto error = parse_place(text.substr(at + 1, end - at - 1), at, plain, piece)) return error;
      put_text(out, plain);
      out.pieces.push_back(std::move(piece));
      at = end;
      continue;
    }
    if (c == '}' || c == '#' || (!http::is(c, http::class_target) && c != '?'))
      return TemplateError{"'" + std::string(1, c) + "' may not stand here", at};
    out.has_query |= c == '?';
    plain += c;
  }
  put_text(out, plain);
  return std::nullopt;
}

std::string missing_in(const PathPattern& pattern, const PathTemplate& wanted) {
  for (const auto& piece : wanted.pieces) {
    const bool named = std::any_of(pattern.segments.begin(), pattern.segments.end(), [&](const auto& segment) {
      return segment.kind == matching::Segment::Kind::param && segment.text == piece.text;
    });
    if (piece.kind == PathTemplate::Kind::segment && !named) return "{" + piece.text + "}";
    if (piece.kind == PathTemplate::Kind::rest && pattern.kind != matching::PathKind::prefix) return "{**}";
  }
  return {};
}

std::optional<std::string> expand(const PathTemplate& wanted, const PathPattern& pattern, std::string_view path,
                                  std::string_view query) {
  std::string out;
  matching::RequestView view;
  view.query = query;
  for (const auto& piece : wanted.pieces) {
    switch (piece.kind) {
      case PathTemplate::Kind::text:
        out += piece.text;
        break;
      case PathTemplate::Kind::segment:
        put_filled(out, segment_named(pattern, path, piece.text), piece.in_query, false);
        break;
      case PathTemplate::Kind::rest:
        out += rest_of(pattern, path);
        break;
      case PathTemplate::Kind::query: {
        const auto value = matching::find_query(view, piece.text);
        if (value.empty() && !piece.in_query) return std::nullopt;  // the path of another resource
        put_filled(out, value, piece.in_query, true);
        break;
      }
    }
  }
  if (!out.starts_with('/')) out.insert(0, 1, '/');
  if (!matching::ambiguity(std::string_view(out).substr(0, out.find('?'))).empty()) return std::nullopt;
  return out;
}

}  // namespace banyan::translate
