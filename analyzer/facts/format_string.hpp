// Splits format strings of the printf and of the brace kind. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banyan::facts {

struct FormatPart {
  int argument = -1;       // -1: plain text; else the index of the argument that goes here
  std::string text;        // plain text, or the name of a named argument
  bool is_string = false;  // %s
};

std::vector<FormatPart> split_printf(std::string_view format);
std::vector<FormatPart> split_braces(std::string_view format);

}  // namespace banyan::facts
