#include "router/matching/request_view.hpp"

#include <algorithm>

namespace banyan::matching {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

void split_target(RequestView& request) {
  std::string_view rest = request.target;
  if (!rest.starts_with('/')) {
    if (const auto scheme = rest.find("://"); scheme != rest.npos && scheme < rest.find('/')) {
      rest.remove_prefix(scheme + 3);
      const auto end = std::min(rest.find_first_of("/?"), rest.size());
      request.host = rest.substr(0, end);
      rest.remove_prefix(end);
    }
  }
  const auto mark = rest.find('?');
  request.query = mark == rest.npos ? std::string_view{} : rest.substr(mark + 1);
  request.path = rest.substr(0, mark);
  if (request.path.empty()) request.path = "/";
}

std::string_view find_header(const RequestView& request, std::string_view name) {
  for (const HeaderSlice& header : request.headers)
    if (equal_ignoring_case(header.name, name)) return header.value;
  return {};
}

std::string_view find_cookie(const RequestView& request, std::string_view name) {
  for (const HeaderSlice& header : request.headers) {
    if (!equal_ignoring_case(header.name, "cookie")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const auto equals = pair.find('=');
      if (equals != pair.npos && trim(pair.substr(0, equals)) == name) return trim(pair.substr(equals + 1));
    }
  }
  return {};
}

std::string_view find_query(const RequestView& request, std::string_view name, bool* present) {
  std::string_view rest = request.query;
  if (present) *present = false;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    if (present) *present = true;
    return equals == pair.npos ? std::string_view{} : pair.substr(equals + 1);
  }
  return {};
}

}  // namespace banyan::matching
