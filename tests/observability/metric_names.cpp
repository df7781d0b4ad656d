#include "tests/observability/metric_names.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

namespace banyan::observability {
namespace {

std::string family_of(const std::string& word, const Names& families) {
  for (const std::string_view ending : {"_bucket", "_sum", "_count"})
    if (word.ends_with(ending))
      if (auto stem = word.substr(0, word.size() - ending.size()); families.contains(stem)) return stem;
  return word;
}

}  // namespace

Names declared(std::string_view scrape) {
  Names out;
  std::istringstream lines{std::string(scrape)};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("# TYPE ")) out.insert(line.substr(7, line.find(' ', 7) - 7));
  return out;
}

Names mentioned(std::string_view text, const Names& families) {
  constexpr std::string_view start = "banyan_";
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  Names out;
  for (auto at = text.find(start); at != text.npos; at = text.find(start, at + 1)) {
    if (at > 0 && in_word(text[at - 1])) continue;
    const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), in_word);
    out.insert(family_of(std::string(text.begin() + static_cast<std::ptrdiff_t>(at), end), families));
  }
  return out;
}

Names missing_from(const Names& right, const Names& left) {
  Names out;
  std::set_difference(left.begin(), left.end(), right.begin(), right.end(), std::inserter(out, out.end()));
  return out;
}

}  // namespace banyan::observability
