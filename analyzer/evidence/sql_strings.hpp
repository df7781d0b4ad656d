// Which strings of a program are SQL, and what their whole text is.
//
// A string is SQL when it reads like a statement and goes somewhere other than a log, an exception or a
// stream. Pieces added to one variable in one function are one text, in source order. A function that is
// given SQL somewhere is a sink: what else it is given, and cannot be read, is a statement nobody can
// resolve.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/sql_tokens.hpp"
#include "analyzer/facts/facts.hpp"

#include <string>
#include <vector>

namespace banyan::evidence {

struct SqlString {
  Location at;
  std::string in_usr;
  std::string text;                // holes as hole_mark(i)
  std::vector<std::string> holes;  // their expressions
  bool executed = true;            // false: only logged or thrown
  bool opaque = false;             // handed to a sink, but the text begins with a hole
  bool certain = true;             // false: could be an English sentence; needs a known table to count
  std::string sink;         // the function it is handed to and the argument; empty when it only is a value
  bool known_sink = false;  // a database library's function
};

std::vector<SqlString> find_sql(const facts::Program& program);

// Text with holes written as {expression}.
std::string readable(const SqlString& sql);

}  // namespace banyan::evidence
