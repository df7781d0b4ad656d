// A path (and query) written with places that a request fills: "/v1/orders/{id}", "/v1/{**}", "/stock?sku={query.sku}".
//   {name}         the segment that the matched path calls so
//   {**}           what the matched path's ** stands for; a '/' comes before it
//   {query.name}   the raw value of a query parameter; in a path it must not be empty
// Pure; any thread.
#pragma once

#include "router/matching/rule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::translate {

struct PathTemplate {
  enum class Kind : std::uint8_t { text, segment, rest, query };
  struct Piece {
    Kind kind = Kind::text;
    std::string text;       // the text, or the name
    bool in_query = false;  // stands behind the '?'
  };
  std::string text;  // as written
  std::vector<Piece> pieces;
  bool has_query = false;
};

struct TemplateError {
  std::string what;
  std::size_t offset = 0;
};
std::optional<TemplateError> parse_template(std::string_view text, PathTemplate& out);

// Empty, or what the pattern does not have: "{id}".
std::string missing_in(const matching::PathPattern& pattern, const PathTemplate& wanted);

// The target for a request that `pattern` matches. Nothing when what was filled in would make a path that two servers
// could read differently (matching::ambiguity()): nobody reaches another resource by way of a parameter.
std::optional<std::string> expand(const PathTemplate& wanted, const matching::PathPattern& pattern, std::string_view path,
                                  std::string_view query);

}  // namespace banyan::translate
