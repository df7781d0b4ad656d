#include "analyzer/contexts/describe.hpp"
#include "analyzer/contexts/folders.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

namespace banyan::contexts::internal {
namespace {

struct Candidate {
  std::string name;
  double score = 0;
};
using Candidates = std::vector<std::vector<Candidate>>;  // per context, best first

bool better(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.name < b.name;
}

// lower case, what is not a letter or digit becomes one '-'
std::string slug(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      result.push_back(static_cast<char>(c - 'A' + 'a'));
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      result.push_back(c);
    else if (!result.empty() && result.back() != '-')
      result.push_back('-');
  }
  while (result.ends_with('-')) result.pop_back();
  return result;
}

// Places of a label (a folder, a namespace): all over, and in each context.
struct Spread {
  double total = 0;
  std::map<std::uint32_t, double> inside;
};

// A label fits a context as the share of the context it covers times the share of the label that lies in the
// context.
void propose(const std::map<std::string, Spread>& labels, const std::vector<double>& sizes, double factor,
             Candidates& candidates) {
  for (const auto& [label, spread] : labels)
    for (const auto& [context, count] : spread.inside) {
      const double score = factor * count / sizes[context] * count / spread.total;
      if (score >= 0.15) candidates[context].push_back({slug(label), score});
    }
}

void propose_folders(const Input& input, const Result& result, Candidates& candidates) {
  std::map<std::string, Spread> labels;
  std::vector<double> sizes(result.contexts.size());
  for (std::uint32_t file = 0; file < input.graph.files.size(); ++file) {
    const auto context = result.context_of[input.graph.component_of[file]];
    ++sizes[context];
    std::set<std::string_view> seen;
    std::string_view rest = input.graph.files[file];
    for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
      const auto folder = rest.substr(0, slash);
      rest = rest.substr(slash + 1);
      if (says_nothing(folder) || !seen.insert(folder).second) continue;
      auto& spread = labels[std::string(folder)];
      ++spread.total, ++spread.inside[context];
    }
  }
  propose(labels, sizes, 1.0, candidates);
}

void propose_namespaces(const Input& input, const Result& result, Candidates& candidates) {
  std::map<std::string, Spread> labels;
  std::vector<double> sizes(result.contexts.size());
  for (std::uint32_t i = 0; i < input.graph.components.size(); ++i) {
    const auto context = result.context_of[i];
    ++sizes[context];
    std::set<std::string_view> seen;
    for (const auto& scope : input.graph.components[i].scopes) {
      const auto last = scope.word.rfind("::");
      const std::string_view name =
          std::string_view(scope.word).substr(last == std::string::npos ? 0 : last + 2);
      if (says_nothing(name) || !seen.insert(name).second) continue;
      auto& spread = labels[std::string(name)];
      ++spread.total, ++spread.inside[context];
    }
  }
  propose(labels, sizes, 0.9, candidates);
}

// Words that are frequent in a context, and rare outside it.
Candidates distinctive_words(const Input& input, const Result& result) {
  std::map<std::string_view, Spread> words;
  for (std::uint32_t i = 0; i < input.graph.components.size(); ++i)
    for (const auto& word : input.graph.components[i].words) {
      auto& spread = words[word.word];
      const double value = 1 + std::log(word.weight);
      spread.total += value, spread.inside[result.context_of[i]] += value;
    }
  Candidates found(result.contexts.size());
  const double fair_share = 1.0 / static_cast<double>(std::max<std::size_t>(1, result.contexts.size()));
  for (const auto& [word, spread] : words)
    for (const auto& [context, value] : spread.inside) {
      if (result.contexts.size() > 1 && value / spread.total < 1.5 * fair_share) continue;
      const auto members = static_cast<double>(result.contexts[context].members.size());
      found[context].push_back({std::string(word), value / members * value / spread.total});
    }
  for (auto& list : found) {
    std::sort(list.begin(), list.end(), better);
    if (list.size() > 8) list.resize(8);
  }
  return found;
}

void propose_words(const Candidates& words, Candidates& candidates) {
  for (std::size_t i = 0; i < words.size(); ++i)
    for (std::size_t rank = 0; rank < words[i].size(); ++rank)
      candidates[i].push_back({slug(words[i][rank].name), 0.1 / static_cast<double>(rank + 1)});
}

// Names of an earlier run, for the contexts that share at least half of their files (Jaccard).
void propose_previous(const Input& input, const Result& result, Candidates& candidates) {
  for (const auto& previous : input.options.hints.previous) {
    std::map<std::uint32_t, double> common;
    std::vector<double> sizes(result.contexts.size());
    for (std::uint32_t file = 0; file < input.graph.files.size(); ++file) {
      const auto context = result.context_of[input.graph.component_of[file]];
      ++sizes[context];
      const bool was = std::any_of(previous.files.begin(), previous.files.end(),
                                   [&](const auto& entry) { return covers(entry, input.graph.files[file]); });
      if (was) ++common[context];
    }
    for (const auto& [context, count] : common) {
      const double overlap = count / (sizes[context] + static_cast<double>(previous.files.size()) - count);
      if (overlap >= 0.5) candidates[context].push_back({previous.name, 10 + overlap});
    }
  }
}

void propose_seeds(const Constraints& constraints, const Result& result, Candidates& candidates) {
  for (const auto& [block, name] : constraints.named)
    for (std::uint32_t component = 0; component < constraints.block.size(); ++component)
      if (constraints.block[component] == block) {
        candidates[result.context_of[component]].push_back({name, 100});
        break;
      }
}

// The best claim of all takes its name first; a name is given once.
void hand_out(Candidates candidates, Result& result) {
  struct Claim {
    Candidate candidate;
    std::uint32_t context;
  };
  std::vector<Claim> claims;
  for (std::uint32_t i = 0; i < candidates.size(); ++i)
    for (auto& candidate : candidates[i])
      if (!candidate.name.empty()) claims.push_back({std::move(candidate), i});
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return better(a.candidate, b.candidate); });
  std::set<std::string> taken;
  for (const auto& [candidate, context] : claims) {
    auto& name = result.contexts[context].name;
    if (name.empty() && taken.insert(slug(candidate.name)).second) name = candidate.name;
  }
  std::uint32_t number = 0;
  for (auto& context : result.contexts) {
    while (context.name.empty())
      if (auto name = "context-" + std::to_string(++number); taken.insert(name).second) context.name = name;
    context.id = slug(context.name);
  }
}

}  // namespace

void name_contexts(const Input& input, const Constraints& constraints, Result& result) {
  Candidates candidates(result.contexts.size());
  propose_seeds(constraints, result, candidates);
  propose_previous(input, result, candidates);
  if (input.options.tier != Tier::t0) {
    const auto words = distinctive_words(input, result);
    for (std::size_t i = 0; i < words.size(); ++i)
      for (const auto& word : words[i]) result.contexts[i].words.push_back(word.name);
    propose_words(words, candidates);
    propose_namespaces(input, result, candidates);
  }
  if (input.options.tier == Tier::t2) propose_folders(input, result, candidates);
  hand_out(std::move(candidates), result);
}

}  // namespace banyan::contexts::internal
