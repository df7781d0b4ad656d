#pragma once

#include "core/database.hpp"

namespace shop::reporting {

void create_tables(core::Database& db);

}  // namespace shop::reporting
