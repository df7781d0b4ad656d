// A labelled grouping of a program's files, read from a file: what `score` compares contexts with.
//
// Three formats, told apart by their first character and keys:
//   {"structure": [{"@type": "group", "name": "db", "nested": [{"@type": "item", "name": "src/db/a.cpp"}]}]}
//   {"contexts": [{"name": "db", "files": [{"path": "src/db/a.cpp"}]}]}       contexts.json of another run
//   contain db src/db/a.cpp                                                 RSF, one line an entry; # comments
// An entry ending in '/' covers a folder; of several that cover a file the longest wins. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::cli {

struct Truth {
  std::vector<std::string> groups;                // names
  std::map<std::string, std::uint32_t> group_of;  // entry -> index into groups
  std::size_t files = 0;                          // entries that are files
};

struct TruthResult {
  Truth truth;
  std::string error;  // complete message with file:line:column, empty when it worked
};

TruthResult parse_truth(const std::string& path, const std::string& text);

inline constexpr std::uint32_t unlabelled = 0xffffffff;
// The entry's group that covers this path, or `unlabelled`.
std::uint32_t label_of(const Truth& truth, std::string_view path);

}  // namespace banyan::cli
