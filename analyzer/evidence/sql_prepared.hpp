// Tables of prepared statements: `prepare(ORDERS_BY_ID, "SELECT ..")` in one place, `statement(ORDERS_BY_ID)` in many.
//
// Where one function or table ties at least two enumerators of one enumeration to a statement each, what the
// statements touch is touched where the enumerators are used; the place that lists them touches nothing itself. An
// enumerator nobody uses leaves its statement's accesses where they are. Pure.
#pragma once

#include "analyzer/evidence/evidence.hpp"

namespace banyan::evidence {

// Moves accesses of `into`; wants its statements.
void follow_prepared(const facts::Program& program, Evidence& into);

}  // namespace banyan::evidence
