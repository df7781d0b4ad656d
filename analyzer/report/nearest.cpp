#include "analyzer/report/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace banyan::report {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result.push_back(lower(c));
  return result;
}

std::string_view last_part(std::string_view name) {
  const auto slash = name.rfind('/'), colon = name.rfind("::");
  const auto after_slash = slash == std::string_view::npos ? 0 : slash + 1;
  const auto after_colon = colon == std::string_view::npos ? 0 : colon + 2;
  return name.substr(std::max(after_slash, after_colon));
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
      diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

std::vector<std::string> nearest(std::string_view wanted, const std::vector<std::string>& names,
                                 std::size_t limit) {
  std::vector<std::pair<std::size_t, std::string>> scored;
  const auto needle = lower(wanted);
  const auto last = last_part(wanted);
  const std::size_t tolerance = std::max<std::size_t>(2, last.size() / 3);
  for (const auto& name : names) {
    if (needle.size() >= 3 && lower(name).find(needle) != std::string::npos) {
      scored.emplace_back(0, name);
      continue;
    }
    const auto part = last_part(name);
    const auto gap = std::max(part.size(), last.size()) - std::min(part.size(), last.size());
    if (gap > tolerance) continue;
    if (const auto distance = edit_distance(last, part); distance <= tolerance)
      scored.emplace_back(1 + distance, name);
  }
  std::sort(scored.begin(), scored.end());
  std::vector<std::string> result;
  for (auto& [distance, name] : scored)
    if (result.size() < limit && (result.empty() || result.back() != name)) result.push_back(std::move(name));
  return result;
}

}  // namespace banyan::report
