// Parses code held in memory, and finds facts by what they are about.
#pragma once

#include "analyzer/facts/parse.hpp"

#include <string>
#include <utility>
#include <vector>

namespace banyan::facts::test {

using Files = std::vector<std::pair<std::string, std::string>>;  // relative name, content

// Files lie below /src, which is the root; anything given as "/sys/..." is outside it. The first file is the
// unit.
ParseRequest request_for(const Files& files, const std::vector<std::string>& flags = {});
UnitFacts parse(Files files, std::vector<std::string> flags = {});
UnitFacts parse(const std::string& code);

const FileFacts& file(const UnitFacts& unit, const std::string& path = "a.cpp");

// A string value with holes as {text}.
std::string text(const StringValue& value);
std::vector<std::string> texts(const UnitFacts& unit, const std::string& callee);  // values given to a callee

// "from -> to" of every reference of one kind, names instead of USRs.
std::vector<std::string> references(const UnitFacts& unit, ReferenceKind kind);

const Symbol* symbol(const UnitFacts& unit, const std::string& name);

}  // namespace banyan::facts::test
