// Facts of many units -> one program. Pure: the order of the units never shows.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <string>
#include <vector>

namespace banyan::facts {

// Sorted, without duplicates.
void normalize(FileFacts& facts);

// `variants` may hold several FileFacts of one path (a header read under different macros); the result holds
// one. Holes that name a string variable are filled where some unit knows its value and none writes it.
Program merge(std::string root, std::vector<FileFacts> variants, std::vector<std::string> failed_units);

}  // namespace banyan::facts
