// Small changes to a configuration file that leave everything else in it as a person wrote it, comments too. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::config {

struct Edit {
  std::string text;      // the whole file afterwards
  std::uint32_t line = 0;  // 1-based, where something was put in
  std::string inserted;
};

// Adds a JSON path to compare.json.ignore of a cutover, or "header:NAME" to its compare.headers.ignore. Nothing: there is no such cutover, or the file is written in a
// way that this cannot change safely.
std::optional<Edit> add_ignore(std::string_view text, std::string_view cutover, std::string_view path);

}  // namespace banyan::config
