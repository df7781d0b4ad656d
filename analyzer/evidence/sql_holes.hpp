// Gives every hole of a statement something SQLite can parse, and says what is thereby not known.
//
// A hole where a value may stand loses nothing. A hole that may be a column, a condition or a tail leaves the
// tables known (partial). A hole that names a table leaves that table unknown. Invented names begin with
// `invented_prefix` and must not reach any output.
#pragma once

#include "analyzer/evidence/sql_reading.hpp"
#include "analyzer/evidence/sql_tokens.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace banyan::evidence {

inline constexpr std::string_view invented_prefix = "banyan_invented_";

struct Filled {
  Tokens tokens;
  bool value = false;                // at least one hole stood for a value
  std::vector<std::string> partial;  // what is not known, in words, each once
  std::vector<std::string> tables;   // names of tables that are not known, as written
};

Filled fill_holes(const Tokens& tokens, const std::set<std::string>& known_tables = {});

bool is_invented(std::string_view name);

}  // namespace banyan::evidence
