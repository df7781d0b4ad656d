// Names of values as every form of output spells them.
#pragma once

#include "analyzer/report/report.hpp"

#include <string>
#include <string_view>

namespace banyan::report {

std::string_view to_string(evidence::AccessMode mode);
std::string_view to_string(evidence::Confidence confidence);
std::string_view to_string(evidence::Resolution resolution);
std::string_view to_string(Severity severity);
std::string_view to_string(contexts::Tier tier);
std::string to_string(const Location& at);  // file:line

// Id of a context, empty for none.
std::string_view context_id(const contexts::Result& result, std::uint32_t context);

}  // namespace banyan::report
