#pragma once

#include "core/database.hpp"

namespace shop::notifications {

void create_tables(core::Database& db);

}  // namespace shop::notifications
