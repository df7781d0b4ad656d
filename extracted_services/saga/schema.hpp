// The saga engine's tables in its owner's database.
#pragma once
#include "extracted_services/store/migrations.hpp"

#include <vector>

namespace banyan::saga {

std::vector<store::Migration> migrations();  // owner "saga"

}  // namespace banyan::saga
