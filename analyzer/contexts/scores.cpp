#include "analyzer/contexts/describe.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

namespace banyan::contexts::internal {
namespace {

// Below this many other contexts, "used by most of them" means nothing.
constexpr std::size_t kernel_needs = 4;

bool most_of_the_others(std::size_t users, std::size_t contexts) {
  return contexts >= kernel_needs && users * 10 >= (contexts - 1) * 6;
}

void score_files(const Input& input, const Result& result, std::uint32_t number, Scores& scores) {
  double stability = 0;
  for (const auto& member : result.contexts[number].members) {
    const auto& component = input.graph.components[member.component];
    scores.files += static_cast<std::uint32_t>(component.files.size());
    scores.lines += component.lines;
    stability += member.stability * static_cast<double>(component.files.size());
  }
  scores.stability = scores.files > 0 ? stability / scores.files : 0;
}

void score_coupling(const Input& input, Result& result) {
  std::vector<double> inside(result.contexts.size()), touching(result.contexts.size());
  for (const auto& edge : input.graph.edges) {
    const auto from = result.context_of[edge.from], to = result.context_of[edge.to];
    const bool crosses = from != to;
    if (!crosses) inside[from] += edge.weight;
    if (!crosses || !result.contexts[to].shared_kernel) touching[from] += edge.weight;
    if (crosses && !result.contexts[from].shared_kernel) touching[to] += edge.weight;
  }
  for (std::size_t i = 0; i < result.contexts.size(); ++i)
    result.contexts[i].scores.internal_share = touching[i] > 0 ? inside[i] / touching[i] : 1;
  for (const auto& seam : result.seams) {
    if (!result.contexts[seam.to].shared_kernel) result.contexts[seam.from].scores.calls_out += seam.calls;
    if (!result.contexts[seam.from].shared_kernel) result.contexts[seam.to].scores.calls_in += seam.calls;
  }
}

void score_tables(Result& result) {
  std::vector<std::uint32_t> used(result.contexts.size());
  for (const auto& owner : result.tables) {
    std::set<std::uint32_t> users(owner.readers.begin(), owner.readers.end());
    users.insert(owner.writers.begin(), owner.writers.end());
    for (const auto user : users) {
      ++used[user];
      result.contexts[user].scores.tables_shared += users.size() > 1;
    }
  }
  for (std::size_t i = 0; i < result.contexts.size(); ++i)
    result.contexts[i].scores.tables_owned = static_cast<std::uint32_t>(result.contexts[i].tables.size());
  for (const auto& torn : result.torn)
    for (const auto context : torn.contexts) ++result.contexts[context].scores.torn_transactions;
}

// How cheaply it comes out: coupling that stays inside, less for data held in common and for torn
// transactions. What has no entry point gains least from being a service of its own.
double ease(const Context& context) {
  const auto& scores = context.scores;
  const double data = 1.0 / (1.0 + 0.15 * scores.tables_shared + 0.3 * scores.torn_transactions);
  const double reach = context.routes.empty() ? 0.7 : 1.0;
  const double worth = context.tables.empty() ? 0.8 : 1.0;
  return scores.internal_share * data * reach * worth * (0.5 + 0.5 * scores.stability);
}

bool is_test_path(std::string_view path) {
  static const std::set<std::string_view> folders = {"test",     "tests",     "testing",
                                                     "unittest", "unittests", "gtest"};
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    if (folders.contains(path.substr(0, slash))) return true;
    path.remove_prefix(slash + 1);
  }
  return false;
}

void find_tests(const Input& input, Result& result) {
  if (input.options.tier != Tier::t2) return;
  for (auto& context : result.contexts) {
    std::size_t all = 0, tests = 0;
    for (const auto& member : context.members)
      for (const auto file : input.graph.components[member.component].files)
        ++all, tests += is_test_path(input.graph.files[file]);
    context.tests = 2 * tests > all;
  }
}

}  // namespace

void find_omnipresent(const Input& input, Result& result) {
  find_tests(input, result);
  const auto& graph = input.graph;
  std::vector<std::set<std::uint32_t>> users(graph.components.size());
  std::vector<std::set<std::uint32_t>> context_users(result.contexts.size());
  std::vector<double> in(result.contexts.size()), out(result.contexts.size());
  for (const auto& edge : graph.edges) {
    const auto from = result.context_of[edge.from], to = result.context_of[edge.to];
    if (from == to) continue;
    users[edge.to].insert(from);
    context_users[to].insert(from);
    out[from] += edge.weight, in[to] += edge.weight;
  }
  for (std::size_t i = 0; i < result.contexts.size(); ++i) {
    auto& context = result.contexts[i];
    double lines = 0, common = 0;
    for (auto& member : context.members) {
      const auto& component = graph.components[member.component];
      member.omnipresent = most_of_the_others(users[member.component].size(), result.contexts.size());
      lines += component.lines + 1.0, common += member.omnipresent ? component.lines + 1.0 : 0;
    }
    context.shared_kernel = most_of_the_others(context_users[i].size(), result.contexts.size()) &&
                            3 * common >= lines && in[i] > 2 * out[i];
  }
}

void score_contexts(const Input& input, Result& result) {
  for (std::uint32_t i = 0; i < result.contexts.size(); ++i)
    score_files(input, result, i, result.contexts[i].scores);
  score_coupling(input, result);
  score_tables(result);
  for (auto& context : result.contexts) context.scores.ease = ease(context);
}

}  // namespace banyan::contexts::internal
