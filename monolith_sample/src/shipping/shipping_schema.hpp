#pragma once

#include "core/database.hpp"

namespace shop::shipping {

void create_tables(core::Database& db);

}  // namespace shop::shipping
