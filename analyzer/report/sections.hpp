// The parts of report.html, in the order of the page. Each returns a whole <section>, or nothing when there
// is nothing to say.
#pragma once

#include "analyzer/report/report.hpp"

namespace banyan::report {

std::string coverage_section(const Input& input);
std::string contexts_section(const Input& input);
std::string map_section(const Input& input);
std::string tables_section(const Input& input);
std::string routes_section(const Input& input);
std::string seams_section(const Input& input);
std::string findings_section(const Input& input);
std::string dsm_section(const Input& input);
std::string unresolved_section(const Input& input);

// JSON for the canvas: components in matrix order with their context, and who needs whom how often.
std::string dsm_data(const Input& input);

}  // namespace banyan::report
