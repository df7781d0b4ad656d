#include "analyzer/cli/batches.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace banyan::cli {
namespace {

constexpr std::size_t kSmallest = 8;  // below, the shared headers do not pay

bool whole_number(const char* begin, const char* end, std::size_t& out) {
  const auto result = std::from_chars(begin, end, out);
  return result.ec == std::errc() && result.ptr == end;
}

}  // namespace

std::vector<std::vector<std::size_t>> batches(const std::vector<std::string>& keys, std::size_t largest,
                                              unsigned jobs) {
  const std::size_t fair = (keys.size() + std::max(1U, jobs) - 1) / std::max(1U, jobs);
  const std::size_t size = std::max<std::size_t>(1, std::min(largest, std::max(kSmallest, fair)));
  std::map<std::string, std::vector<std::size_t>> groups;
  std::vector<std::vector<std::size_t>> out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].empty() || size == 1) {
      out.push_back({i});
    } else {
      groups[keys[i]].push_back(i);
    }
  }
  for (const auto& [key, units] : groups) {
    const std::size_t parts = (units.size() + size - 1) / size;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto begin = units.begin() + static_cast<std::ptrdiff_t>(part * units.size() / parts);
      const auto end = units.begin() + static_cast<std::ptrdiff_t>((part + 1) * units.size() / parts);
      out.emplace_back(begin, end);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return out;
}

bool parse_shard(const std::string& text, Shard& out) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return false;
  const char* begin = text.data();
  return whole_number(begin, begin + slash, out.index) &&
         whole_number(begin + slash + 1, begin + text.size(), out.count) && out.index >= 1 &&
         out.index <= out.count;
}

std::vector<std::size_t> shard_units(std::size_t total, const Shard& shard) {
  std::vector<std::size_t> out;
  const std::size_t end = shard.index * total / shard.count;
  for (std::size_t i = (shard.index - 1) * total / shard.count; i < end; ++i) out.push_back(i);
  return out;
}

}  // namespace banyan::cli
