// A type as Clang spells it, taken apart far enough to say what it is made of. Pure text; what cannot be read is
// `other`, never an error.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

struct CppType {
  enum class Kind : std::uint8_t { named, pointer, lvalue, rvalue, array, callable, other };
  Kind kind = Kind::named;
  std::string name;               // named: without arguments, shop::Order, std::vector, unsigned int
  std::vector<CppType> inside;    // named: template arguments that are types; pointer, reference, array: what it leads to
  bool is_const = false;
  bool templated = false;         // named: had < >
  std::string text;               // all of it
};

CppType parse_type(std::string_view text);

// The names in it, at any depth.
void names_in(const CppType& type, std::vector<std::string>& out);

std::string last_part(std::string_view qualified);   // Order of shop::Order
std::string scope_part(std::string_view qualified);  // shop of shop::Order, empty for Order

}  // namespace banyan::advice
