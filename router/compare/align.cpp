#include "router/compare/align.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace banyan::compare {
namespace {

namespace json = boost::json;
using Leaves = std::vector<std::uint64_t>;

std::uint64_t mix(std::uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash;
}
std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash ^= value + 0x9e3779b97f4a7c15ull + (hash << 6) + (hash >> 2);
  return hash * 0xff51afd7ed558ccdull;
}

std::uint64_t number_hash(std::uint64_t place, const json::value& value) {
  if (value.is_int64()) return mix(place, static_cast<std::uint64_t>(value.get_int64()));
  if (value.is_uint64()) return mix(place, value.get_uint64());
  const double number = value.get_double();
  const auto whole = static_cast<std::int64_t>(std::abs(number) < 9e15 ? number : 0);
  if (static_cast<double>(whole) == number) return mix(place, static_cast<std::uint64_t>(whole));
  std::uint64_t bits = 0;
  static_assert(sizeof bits == sizeof number);
  std::copy_n(reinterpret_cast<const char*>(&number), sizeof bits, reinterpret_cast<char*>(&bits));
  return mix(place, bits);
}

// One hash for each scalar below, of its place and value; places inside arrays do not tell indices.
void collect(const json::value& value, std::uint64_t place, Leaves& out) {
  constexpr std::size_t most = 256;
  if (out.size() >= most) return;
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object())
      collect(member, mix(place, std::string_view(key.data(), key.size())), out);
  } else if (value.is_array()) {
    for (const auto& element : value.get_array()) collect(element, mix(place, 0x5bu), out);
  } else if (value.is_number()) {
    out.push_back(number_hash(place, value));
  } else if (value.is_string()) {
    const auto& text = value.get_string();
    out.push_back(mix(mix(place, 's'), std::string_view(text.data(), text.size())));
  } else {
    out.push_back(mix(place, value.is_null() ? 'n' : value.get_bool() ? 't' : 'f'));
  }
}

std::vector<Leaves> leaves_of(const json::array& array) {
  std::vector<Leaves> all(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    collect(array[i], 0xcbf29ce484222325ull, all[i]);
    std::sort(all[i].begin(), all[i].end());
  }
  return all;
}

std::size_t common(const Leaves& a, const Leaves& b) {
  std::size_t count = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) ++count, ++i, ++j;
    else if (a[i] < b[j]) ++i;
    else ++j;
  }
  return count;
}

struct Candidate {
  std::size_t shared, i, j;
};

std::size_t distance(const Candidate& c) { return c.i > c.j ? c.i - c.j : c.j - c.i; }

// Most in common first; among equals the nearest places.
std::vector<Candidate> candidates(const std::vector<Leaves>& a, const std::vector<Leaves>& b) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      if (const std::size_t shared = common(a[i], b[j])) all.push_back({shared, i, j});
  std::sort(all.begin(), all.end(), [](const Candidate& x, const Candidate& y) {
    return std::tuple(y.shared, distance(x), x.i, x.j) < std::tuple(x.shared, distance(y), y.i, y.j);
  });
  return all;
}

std::size_t cost(const std::vector<Leaves>& a, const std::vector<Leaves>& b,
                 const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  std::size_t all = 0;
  for (const auto& leaves : a) all += leaves.size();
  for (const auto& leaves : b) all += leaves.size();
  for (const auto& [i, j] : pairs) {
    const std::size_t shared = common(a[i], b[j]);
    all -= a[i].size() + b[j].size();
    all += std::max(a[i].size(), b[j].size()) - shared;
  }
  return all;
}

void pair_the_rest(std::vector<bool>& taken_a, std::vector<bool>& taken_b, Alignment& out) {
  std::size_t j = 0;
  for (std::size_t i = 0; i < taken_a.size(); ++i) {
    if (taken_a[i]) continue;
    while (j < taken_b.size() && taken_b[j]) ++j;
    if (j == taken_b.size()) break;
    taken_b[j] = true;
    out.pairs.emplace_back(i, j);
  }
}

}  // namespace

Alignment align(const json::array& a, const json::array& b, std::size_t most) {
  Alignment out;
  if (a.size() > most || b.size() > most) return out;
  const auto left = leaves_of(a), right = leaves_of(b);
  std::vector<std::pair<std::size_t, std::size_t>> by_place(std::min(a.size(), b.size()));
  for (std::size_t i = 0; i < by_place.size(); ++i) by_place[i] = {i, i};
  const std::size_t plain = cost(left, right, by_place);
  if (plain == 0) return out;
  std::vector<bool> taken_a(a.size()), taken_b(b.size());
  for (const Candidate& c : candidates(left, right)) {
    if (taken_a[c.i] || taken_b[c.j]) continue;
    taken_a[c.i] = taken_b[c.j] = true;
    out.pairs.emplace_back(c.i, c.j);
  }
  pair_the_rest(taken_a, taken_b, out);
  std::sort(out.pairs.begin(), out.pairs.end());
  out.reordered = !std::is_sorted(out.pairs.begin(), out.pairs.end(),
                                  [](const auto& x, const auto& y) { return x.second < y.second; });
  out.better = cost(left, right, out.pairs) + (out.reordered ? 1 : 0) < plain;
  return out;
}

}  // namespace banyan::compare
