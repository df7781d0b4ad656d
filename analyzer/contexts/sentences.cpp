#include "analyzer/contexts/describe.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace banyan::contexts::internal {
namespace {

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

// "a", "a and b", "a, b and 3 more"
std::string list(const std::vector<std::string>& names, std::size_t limit = 3) {
  if (names.empty()) return "nothing";
  const auto shown = std::min(names.size(), limit);
  const auto left = names.size() - shown;
  std::string text = names.front();
  for (std::size_t i = 1; i < shown; ++i) text += (i + 1 == shown && left == 0 ? " and " : ", ") + names[i];
  return left == 0 ? text : text + " and " + std::to_string(left) + " more";
}

std::string about_size(const Context& context) {
  const auto& scores = context.scores;
  auto text = counted(scores.files, "file", "files") + " with " + counted(scores.lines, "line", "lines");
  if (context.tests) return text + ": tests, which move with the code they check.";
  if (context.shared_kernel)
    return text + ": a shared kernel that most other contexts use, best left as a library.";
  text += "; " + percent(scores.internal_share) + " of its coupling stays inside";
  if (scores.stability >= 0.9) return text + ", and its files group together in nearly every run.";
  if (scores.stability >= 0.6)
    return text + ", and its files usually group together (" + percent(scores.stability) + " of runs).";
  return text + ", but its borders are uncertain (" + percent(scores.stability) + " of runs agree).";
}

std::string about_data(const Input& input, const Result& result, std::uint32_t number) {
  const auto& context = result.contexts[number];
  if (context.tables.empty()) {
    std::set<std::string> foreign;
    for (const auto& owner : result.tables)
      for (const auto* users : {&owner.readers, &owner.writers})
        if (std::binary_search(users->begin(), users->end(), number))
          foreign.insert(input.graph.tables[owner.table]);
    if (foreign.empty()) return "It touches no table.";
    return "It owns no table but uses " + list({foreign.begin(), foreign.end()}) + ".";
  }
  std::vector<std::string> owned;
  std::set<std::string> writers, readers;
  for (const auto table : context.tables) {
    owned.push_back(input.graph.tables[table]);
    for (const auto other : result.tables[table].writers)
      if (other != number) writers.insert(result.contexts[other].name);
    for (const auto other : result.tables[table].readers)
      if (other != number && !writers.contains(result.contexts[other].name))
        readers.insert(result.contexts[other].name);
  }
  for (const auto& writer : writers) readers.erase(writer);
  auto text = "It owns " + list(owned, 4);
  if (writers.empty() && readers.empty()) return text + ", which nobody else touches.";
  if (!writers.empty()) text += ", also written by " + list({writers.begin(), writers.end()});
  if (!readers.empty())
    text += (writers.empty() ? ", also read by " : " and read by ") + list({readers.begin(), readers.end()});
  return text + ".";
}

std::string about_cut(const Input& input, const Result& result, std::uint32_t number) {
  const auto& scores = result.contexts[number].scores;
  if (result.contexts[number].shared_kernel)
    return "Other contexts call it in " + counted(scores.calls_in, "place", "places") + "; it calls out in " +
           std::to_string(scores.calls_out) + ".";
  if (scores.calls_in + scores.calls_out == 0 && scores.torn_transactions == 0)
    return "No call crosses its border.";
  auto text = "To take it out, " + counted(scores.calls_in, "incoming call", "incoming calls") + " and " +
              counted(scores.calls_out, "outgoing call", "outgoing calls") + " must cross a wire";
  const auto widest = std::find_if(result.seams.begin(), result.seams.end(), [&](const Seam& seam) {
    const auto other = seam.from == number ? seam.to : seam.from;
    return (seam.from == number || seam.to == number) && !result.contexts[other].shared_kernel;
  });
  if (widest != result.seams.end())
    text += ", most with " + result.contexts[widest->from == number ? widest->to : widest->from].name;
  if (scores.torn_transactions == 0) return text + ".";
  const auto torn = std::find_if(result.torn.begin(), result.torn.end(), [&](const TornTransaction& one) {
    return std::binary_search(one.contexts.begin(), one.contexts.end(), number);
  });
  const auto& at = input.evidence.transactions[torn->transaction].at;
  return text + "; " + counted(scores.torn_transactions, "transaction", "transactions") + " would be torn (" +
         at.file + ":" + std::to_string(at.line) + ").";
}

}  // namespace

void write_sentences(const Input& input, Result& result) {
  for (std::uint32_t i = 0; i < result.contexts.size(); ++i)
    result.contexts[i].sentences = {about_size(result.contexts[i]), about_data(input, result, i),
                                    about_cut(input, result, i)};
}

}  // namespace banyan::contexts::internal
