#pragma once

#include "core/database.hpp"

namespace shop::pricing {

void create_tables(core::Database& db);

}  // namespace shop::pricing
