// The parts of report.html, in the order of the page. Each returns a whole <section>, or nothing when there
// is nothing to say.
#pragma once

#include "analyzer/report/bodies.hpp"
#include "analyzer/report/report.hpp"

namespace banyan::report {

std::string coverage_section(const Input& input);
std::string contexts_section(const Input& input, Bodies& bodies);
std::string map_section(const Input& input);
std::string tables_section(const Input& input, Bodies& bodies);
std::string routes_section(const Input& input);
std::string seams_section(const Input& input, Bodies& bodies);
std::string findings_section(const Input& input);
std::string dsm_section(const Input& input);
std::string plan_section(const Input& input);
std::string unresolved_section(const Input& input);
std::string graph_section(const Input& input);

}  // namespace banyan::report
