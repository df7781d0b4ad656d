#include "analyzer/contexts/consensus.hpp"
#include "analyzer/contexts/describe.hpp"
#include "analyzer/contexts/folders.hpp"
#include "analyzer/contexts/similarity.hpp"

#include <algorithm>
#include <numeric>

namespace banyan::contexts {
namespace {

// Runs a little finer than the scale of the cut, so that the dendrogram has the joints the cut may want.
constexpr double blind_resolution = 1.2;

std::vector<std::uint32_t> files_per_component(const graph::Graph& graph) {
  std::vector<std::uint32_t> files;
  for (const auto& component : graph.components)
    files.push_back(static_cast<std::uint32_t>(component.files.size()));
  return files;
}

template <typename Value>
std::vector<Value> spread(const std::vector<Value>& of_blocks, const Groups& block) {
  std::vector<Value> result(block.size());
  for (std::size_t i = 0; i < block.size(); ++i) result[i] = of_blocks[block[i]];
  return result;
}

// The dendrogram of blocks as one of components: a block's members are merged first.
std::vector<Merge> expand(const std::vector<Merge>& merges, const Groups& block, std::uint32_t blocks) {
  const auto leaves = static_cast<std::uint32_t>(block.size());
  std::vector<std::uint32_t> node(blocks, graph::none);
  std::vector<Merge> result;
  const auto newest = [&] { return leaves + static_cast<std::uint32_t>(result.size()) - 1; };
  for (std::uint32_t i = 0; i < leaves; ++i) {
    auto& top = node[block[i]];
    if (top == graph::none) {
      top = i;
      continue;
    }
    result.push_back({std::min(top, i), std::max(top, i), 1.0});
    top = newest();
  }
  for (const auto& merge : merges) {
    const auto left = node[merge.left], right = node[merge.right];
    result.push_back({std::min(left, right), std::max(left, right), merge.together});
    node.push_back(newest());
  }
  return result;
}

// At tiers that see folders, the authors' division is taken where the coupling bears it out.
Groups respect_folders(const graph::Graph& graph, const evidence::Evidence& evidence, Options options,
                       const Constraints& constraints, Groups groups) {
  if (effective_weights(options).folders <= 0) return groups;
  options.weights.folders = 0;
  const auto network = aggregate(fuse(graph, evidence, options), constraints.block, constraints.blocks);
  std::vector<std::string> paths(constraints.blocks);
  for (std::size_t i = graph.components.size(); i-- > 0;)
    paths[constraints.block[i]] = graph.components[i].id;
  auto folders = divide_by_folders(paths, network, groups);
  return folders ? std::move(*folders) : groups;
}

void rank(Result& result) {
  std::vector<std::uint32_t> order(result.contexts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto &x = result.contexts[a], &y = result.contexts[b];
    if (x.shared_kernel != y.shared_kernel) return y.shared_kernel;
    if (x.tests != y.tests) return y.tests;
    return x.scores.ease != y.scores.ease ? x.scores.ease > y.scores.ease : x.id < y.id;
  });
  std::vector<std::uint32_t> place(order.size());
  std::vector<Context> sorted;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(result.contexts[order[i]]));
  }
  result.contexts = std::move(sorted);
  const auto move = [&](std::uint32_t& context) {
    if (context != graph::none) context = place[context];
  };
  const auto move_all = [&](std::vector<std::uint32_t>& contexts) {
    for (auto& context : contexts) move(context);
    std::sort(contexts.begin(), contexts.end());
  };
  for (auto& context : result.context_of) move(context);
  for (auto& table : result.tables) move(table.context), move_all(table.writers), move_all(table.readers);
  for (auto& route : result.routes) move(route.context);
  for (auto& torn : result.torn) move_all(torn.contexts);
  for (auto& seam : result.seams) move(seam.from), move(seam.to);
}

}  // namespace

Result describe(const graph::Graph& graph, const evidence::Evidence& evidence, const Options& options,
                Groups groups, const std::vector<double>& stability) {
  const internal::Input input{graph, evidence, options};
  Result result;
  result.context_of = std::move(groups);
  result.contexts.resize(renumber(result.context_of));
  if (graph.components.empty()) result.contexts.clear();
  for (std::uint32_t i = 0; i < graph.components.size(); ++i)
    result.contexts[result.context_of[i]].members.push_back(
        {.component = i, .stability = stability.empty() ? 1.0 : stability[i]});
  internal::find_omnipresent(input, result);
  internal::name_contexts(input, resolve_hints(graph, options.hints), result);
  internal::own_tables(input, result);
  internal::own_routes(input, result);
  internal::find_torn(input, result);
  internal::find_seams(input, result);
  internal::score_contexts(input, result);
  rank(result);
  internal::write_sentences(input, result);
  return result;
}

Result find(const graph::Graph& graph, const evidence::Evidence& evidence, const Options& options) {
  const auto components = static_cast<std::uint32_t>(graph.components.size());
  if (components == 0) return {};
  const auto constraints = resolve_hints(graph, options.hints);
  const auto files = files_per_component(graph);
  Shape shape{.files = std::vector<std::uint32_t>(constraints.blocks),
              .minimum_files = options.minimum_files,
              .target_groups = options.target_groups};
  for (std::uint32_t i = 0; i < components; ++i) shape.files[constraints.block[i]] += files[i];
  const auto network = aggregate(fuse(graph, evidence, options), constraints.block, constraints.blocks);

  const bool asked = options.target_groups > 0;
  const double gamma = asked ? find_resolution(network, shape, options.seed) : blind_resolution;
  const auto runs = affordable_runs(network, std::max(1u, options.runs));
  const auto consensus = find_consensus(network, gamma, runs, options.seed);
  auto groups = asked ? choose_cut(consensus.dendrogram, shape) : best_cut(consensus.dendrogram, network);
  if (!asked) groups = respect_folders(graph, evidence, options, constraints, std::move(groups));
  separate(network, constraints, groups);
  absorb(network, shape.files, options.minimum_files, constraints, groups);

  auto result = describe(graph, evidence, options, spread(groups, constraints.block),
                         spread(stability(consensus.runs, groups), constraints.block));
  result.dendrogram = expand(consensus.dendrogram, constraints.block, constraints.blocks);
  result.resolution = gamma;
  result.target_groups = asked ? options.target_groups : static_cast<std::uint32_t>(result.contexts.size());
  result.runs = runs;
  return result;
}

Groups cut(const Result& result, std::uint32_t groups) {
  return cut_dendrogram(result.dendrogram, static_cast<std::uint32_t>(result.context_of.size()), groups);
}

}  // namespace banyan::contexts
