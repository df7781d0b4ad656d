// Where transactions begin and end, and which tables are touched inside.
//
// A transaction is a guard object (its type's name says so, or its constructor executes BEGIN), BEGIN ..
// COMMIT text in one function, or calls of helpers that execute BEGIN and COMMIT. Inside counts the
// function's own lines in the span and everything the calls in the span reach.
#pragma once

#include "analyzer/evidence/evidence.hpp"

#include <vector>

namespace banyan::evidence {

// `evidence` needs its statements and accesses.
std::vector<Transaction> find_transactions(const facts::Program& program, const Evidence& evidence);

}  // namespace banyan::evidence
