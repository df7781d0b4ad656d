#include "analyzer/evidence/vocabulary.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

namespace banyan::evidence {
namespace {

// Calls `use(word, count)`; the words of a file are sorted, with repeats.
template <class Use>
void each_word(const facts::FileFacts& file, Use use) {
  for (std::size_t i = 0; i < file.words.size();) {
    std::size_t end = i + 1;
    while (end < file.words.size() && file.words[end] == file.words[i]) ++end;
    use(file.words[i], end - i);
    i = end;
  }
}

// Four decimals, so that the last bit of a logarithm never orders anything.
double rounded(double value) { return std::round(value * 1e4) / 1e4; }

}  // namespace

std::vector<FileWord> find_vocabulary(const facts::Program& program) {
  std::unordered_map<std::string_view, std::size_t> users;
  for (const facts::FileFacts& file : program.files)
    each_word(file, [&](const std::string& word, std::size_t) { ++users[word]; });
  const double all = static_cast<double>(program.files.size());
  std::vector<FileWord> result;
  for (const facts::FileFacts& file : program.files) {
    std::vector<FileWord> words;
    each_word(file, [&](const std::string& word, std::size_t count) {
      const auto having = static_cast<double>(users[word]);
      if (having < 2 || having > all / 2) return;
      const double weight = (1 + std::log(static_cast<double>(count))) * std::log(all / having);
      words.push_back({file.path, word, static_cast<std::uint32_t>(count), rounded(weight)});
    });
    std::sort(words.begin(), words.end(), [](const FileWord& a, const FileWord& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.word < b.word;
    });
    words.resize(std::min(words.size(), words_per_file));
    result.insert(result.end(), words.begin(), words.end());
  }
  return result;
}

}  // namespace banyan::evidence
