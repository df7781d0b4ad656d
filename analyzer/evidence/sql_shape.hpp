// Does a text read as an SQL statement? Decided by grammar, of any dialect, not by its first word.
//
// The whole first statement must read as one: lists of expressions, names where names stand, and nothing left
// over that no clause begins with. A hole may stand for anything; a text may end early, because more may be
// appended to it. Pure.
#pragma once

#include "analyzer/evidence/sql_tokens.hpp"

#include <cstdint>

namespace banyan::evidence {

// no: not SQL. maybe: grammatical, but a sentence may be too ("select an item from stock"), or it has a
// statement's keywords in capitals and a grammar unknown here. yes: meant as SQL.
enum class Shape : std::uint8_t { no, maybe, yes };

Shape shape_of(const Tokens& tokens);

// The grammar alone.
bool reads_as_statement(const Tokens& tokens);

// BEGIN IMMEDIATE, COMMIT WORK, ROLLBACK TO x: nothing else in the text.
bool is_transaction_control(const Tokens& tokens);

}  // namespace banyan::evidence
