// The inventory's own tables, and what they are first filled with from the monolith's database.
#pragma once
#include "extracted_services/service/import.hpp"
#include "extracted_services/store/migrations.hpp"

#include <vector>

namespace banyan::inventory {

std::vector<store::Migration> migrations();
std::vector<service::TableCopy> copies();

}  // namespace banyan::inventory
