#include "router/tls/names.hpp"

#include <algorithm>

namespace banyan::tls {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool matches(std::string_view pattern, std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty()) return false;
  if (!pattern.starts_with("*.")) return same(pattern, host);
  const auto dot = host.find('.');
  // "*." stands for one label that is not empty, and what follows has to be a domain, not a single label.
  if (dot == 0 || dot == std::string_view::npos) return false;
  const auto rest = pattern.substr(2);
  return rest.find('.') != std::string_view::npos && same(rest, host.substr(dot + 1));
}

std::size_t choose(const std::vector<std::vector<std::string>>& names, std::string_view host) {
  for (const bool wildcards : {false, true})
    for (std::size_t i = 0; i < names.size(); ++i)
      for (const auto& name : names[i])
        if (name.starts_with("*.") == wildcards && matches(name, host)) return i;
  return 0;
}

}  // namespace banyan::tls
