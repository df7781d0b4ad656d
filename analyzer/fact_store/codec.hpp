// Facts of one file <-> blob. Equal facts give equal bytes, so a blob's digest names its content.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fact_store {

std::string encode(const facts::FileFacts& facts);
std::optional<facts::FileFacts> decode(std::string_view blob);  // nothing when damaged

std::string encode(const std::vector<facts::Diagnostic>& errors);
std::optional<std::vector<facts::Diagnostic>> decode_errors(std::string_view blob);

}  // namespace banyan::fact_store
