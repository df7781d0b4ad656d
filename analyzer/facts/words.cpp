#include "analyzer/facts/words.hpp"

#include <cstddef>

namespace banyan::facts {
namespace {

constexpr std::size_t kShortest = 3;

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool letter(char c) { return upper(c) || lower(c); }

void add(std::string_view part, std::vector<std::string>& words) {
  if (part.size() < kShortest) return;
  std::string& word = words.emplace_back(part);
  for (char& c : word) c = upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

void add_identifier_words(std::string_view text, std::vector<std::string>& words) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool at_letter = i < text.size() && letter(text[i]);
    const bool hump =
        at_letter && i > begin && upper(text[i]) &&
        (lower(text[i - 1]) || (i + 1 < text.size() && lower(text[i + 1]) && upper(text[i - 1])));
    if (at_letter && !hump) continue;
    add(text.substr(begin, i - begin), words);
    begin = at_letter ? i : i + 1;
  }
}

void add_comment_words(std::string_view text, std::vector<std::string>& words) {
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = text.find_first_of(" \t\r\n", i);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view run = text.substr(i, end - i);
    if (run.find("://") == std::string_view::npos) add_identifier_words(run, words);
    i = end + 1;
  }
}

}  // namespace banyan::facts
