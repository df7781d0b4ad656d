#pragma once

#include "core/database.hpp"

namespace shop::inventory {

void create_tables(core::Database& db);

}  // namespace shop::inventory
