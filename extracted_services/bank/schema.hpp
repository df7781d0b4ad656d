// The bank's tables.
#pragma once
#include "extracted_services/store/migrations.hpp"

#include <vector>

namespace banyan::bank {

std::vector<store::Migration> migrations();

}  // namespace banyan::bank
