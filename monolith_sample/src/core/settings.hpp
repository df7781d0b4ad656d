// Key and value pairs in the database.
#pragma once

#include <string>

namespace shop::core {

std::string setting(const std::string& key, const std::string& fallback);
void set_setting(const std::string& key, const std::string& value);

}  // namespace shop::core
