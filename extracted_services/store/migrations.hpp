// Schema changes of one database file, applied in order, each once, all in one transaction.
//
// A file remembers what was applied and a checksum of its text: an edited old migration or a file from a
// newer release is refused with words instead of half working. Writer thread only.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <span>
#include <string>

namespace banyan::store {

struct Migration {
  int version;  // 1, 2, 3, ... without gaps within one owner
  std::string name;
  std::string sql;
};

// `owner` separates the chassis' own tables from the service's: both evolve in the same file.
// Answers the number of migrations applied now.
int migrate(Connection& connection, const std::string& owner, std::span<const Migration> migrations);

}  // namespace banyan::store
