// One command as the build wrote it -> commands Clang accepts. The table of flags to drop is here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banyan::compile_db {

struct Adjusted {
  std::string driver;                // "--driver-mode=g++" and "--target=..." as the compiler's name implies
  std::vector<std::string> flags;    // without sources
  std::vector<std::string> sources;  // as written
  std::vector<std::string> dropped;
  std::vector<std::string> forced_includes;  // arguments of -include
  bool module_map = false;                   // GCC's C++20 modules: not supported
  bool language_given = false;               // -x
};

Adjusted adjust(const std::vector<std::string>& arguments, std::string_view listed_file);

bool looks_like_source(std::string_view name);

// "arm-none-eabi-g++-12" -> {"--target=arm-none-eabi", "--driver-mode=g++"}
std::vector<std::string> driver_flags(std::string_view compiler);

// What to name a dropped flag in the summary: -flto-partition=none and =one are one family.
std::string flag_family(const std::string& flag);

}  // namespace banyan::compile_db
