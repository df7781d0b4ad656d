#include "router/config/load.hpp"

#include <algorithm>
#include <numeric>

namespace banyan::config {
namespace {

// Edit distance where swapping two neighbours counts once.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two_back, back(b.size() + 1), row(b.size() + 1);
  std::iota(back.begin(), back.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({back[j] + 1, row[j - 1] + 1, back[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_back[j - 2] + 1);
    }
    two_back = back;
    std::swap(back, row);
  }
  return back[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > 64) return {};
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t steps = distance(word, candidate);
    if (steps < best_distance && steps < candidate.size()) best = candidate, best_distance = steps;
  }
  return best;
}

std::string format(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line != 0)
    text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
  text += ": error: " + diagnostic.message + "\n";
  if (diagnostic.line == 0) return text + (diagnostic.hint.empty() ? "" : "  " + diagnostic.hint + "\n");
  const std::string number = std::to_string(diagnostic.line);
  text += std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') + number + " | " +
          diagnostic.source_line + "\n";
  std::string indent;
  for (std::size_t i = 0; i + 1 < diagnostic.column; ++i)
    indent += i < diagnostic.source_line.size() && diagnostic.source_line[i] == '\t' ? '\t' : ' ';
  text += "      | " + indent + "^" + std::string(diagnostic.length > 1 ? diagnostic.length - 1 : 0, '~');
  return text + (diagnostic.hint.empty() ? "" : " " + diagnostic.hint) + "\n";
}

std::string format(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += format(diagnostic);
  return text;
}

}  // namespace banyan::config
