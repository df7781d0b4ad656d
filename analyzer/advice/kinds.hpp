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
void crossing_joins(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void torn_transactions(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void writing_gets(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);
void unresolved_sql(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into);

}  // namespace banyan::advice
