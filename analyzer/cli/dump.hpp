// Facts as tab-separated lines, for people who want to see what the front end saw.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <iosfwd>

namespace banyan::cli {

void dump(const facts::FileFacts& facts, std::ostream& out);

}  // namespace banyan::cli
