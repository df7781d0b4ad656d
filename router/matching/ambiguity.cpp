#include "router/matching/rule_table.hpp"

#include <array>

namespace banyan::matching {
namespace {

// Bytes that need a second look; everything else cannot change how a path is read.
constexpr auto suspicious = [] {
  std::array<bool, 256> table{};
  for (const char c : {'/', '%', '\\', ';', '#'}) table[static_cast<unsigned char>(c)] = true;
  for (std::size_t c = 0; c <= 0x20; ++c) table[c] = true;
  table[0x7f] = true;
  return table;
}();

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unreserved(int c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string_view escape_problem(std::string_view path, std::size_t at) {
  const int high = at + 1 < path.size() ? hex(path[at + 1]) : -1;
  const int low = at + 2 < path.size() ? hex(path[at + 2]) : -1;
  if (high < 0 || low < 0) return "a broken percent escape";
  const int byte = high * 16 + low;
  if (byte == '/' || byte == '\\') return "an escaped slash";
  if (byte == '.') return "an escaped dot";
  if (byte == ';') return "an escaped ';'";
  if (byte < 0x20 || byte == 0x7f) return "an escaped control byte";
  if (byte == '%') return "an escaped percent sign";
  if (unreserved(byte)) return "an escape of a character that needs none";
  return {};
}

std::string_view slash_problem(std::string_view path, std::size_t at) {
  const std::string_view rest = path.substr(at + 1);
  if (rest.empty() || (rest[0] != '/' && rest[0] != '.')) return {};
  if (rest[0] == '/') return "an empty segment (//)";
  const std::string_view segment = rest.substr(0, rest.find('/'));
  if (segment == "." || segment == "..") return "a dot segment";
  return {};
}

}  // namespace

std::string_view ambiguity(std::string_view path) {
  for (std::size_t at = 0; at < path.size(); ++at) {
    const unsigned char c = static_cast<unsigned char>(path[at]);
    if (!suspicious[c]) continue;
    std::string_view problem;
    if (c == '/')
      problem = slash_problem(path, at);
    else if (c == '%')
      problem = escape_problem(path, at);
    else if (c == ';')
      problem = "a path parameter (;)";
    else if (c == '\\')
      problem = "a backslash";
    else if (c == '#')
      problem = "a fragment mark (#)";
    else
      problem = "a control byte or blank";
    if (!problem.empty()) return problem;
  }
  return {};
}

}  // namespace banyan::matching
