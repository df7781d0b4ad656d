// One function a kind of finding. Internal to advice/.
#pragma once

#include "analyzer/advice/findings.hpp"
#include "analyzer/advice/lookup.hpp"

#include <vector>

namespace banyan::advice {

// Structure: structure_findings.cpp
void include_cycles(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void context_cycles(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void god_headers(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void shared_state(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);

// Data: data_findings.cpp
void crossing_triggers(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void shared_tables(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void kernel_tables(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void crossing_joins(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void torn_transactions(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void writing_gets(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void unresolved_sql(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);

// What crosses inside the database: data_smells.cpp
void crossing_foreign_keys(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void crossing_views(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void foreign_reads(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void distributed_monoliths(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);

// What crosses in the code: code_smells.cpp and chatty.cpp
void crossing_callbacks(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void shared_types(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void foreign_prefixes(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void umbrella_headers(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void chatty_seams(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);

// How to treat a torn transaction, one clause a foreign context; and what could not be taken back.
// transaction_advice.cpp
std::string transaction_advice(const Subject& subject, const Lookup& lookup,
                               const contexts::TornTransaction& torn);
void missing_compensations(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);

}  // namespace banyan::advice
