#include "analyzer/graph/graph.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace banyan::graph {
namespace {

using Matrix = std::vector<std::vector<double>>;
using Order = std::vector<std::uint32_t>;

// What it costs to put `node` behind all of `before`: its arcs back into them.
double back_into(const Matrix& weight, std::uint32_t node, std::uint32_t before) {
  double sum = 0;
  for (std::uint32_t other = 0; other < weight.size(); ++other)
    if ((before >> other & 1U) != 0) sum += weight[node][other];
  return sum;
}

// best[S]: the least that the arcs back within S cost over all orders of S.
Order exact_order(const Matrix& weight) {
  const auto nodes = static_cast<std::uint32_t>(weight.size());
  const std::uint32_t all = (1U << nodes) - 1;
  std::vector<double> best(all + 1ULL, std::numeric_limits<double>::infinity());
  std::vector<std::uint8_t> last(all + 1ULL);
  best[0] = 0;
  for (std::uint32_t set = 1; set <= all; ++set)
    for (std::uint32_t node = nodes; node-- > 0;) {
      if ((set >> node & 1U) == 0) continue;
      const std::uint32_t before = set & ~(1U << node);
      const double cost = best[before] + back_into(weight, node, before);
      if (cost < best[set]) best[set] = cost, last[set] = static_cast<std::uint8_t>(node);
    }
  Order order;
  for (std::uint32_t set = all; set != 0; set &= ~(1U << order.back())) order.push_back(last[set]);
  std::reverse(order.begin(), order.end());
  return order;
}

// Sources by what flows out of them less what flows in, greatest first.
Order greedy_order(const Matrix& weight) {
  const std::size_t nodes = weight.size();
  std::vector<double> surplus(nodes);
  for (std::size_t a = 0; a < nodes; ++a)
    for (std::size_t b = 0; b < nodes; ++b) surplus[a] += weight[a][b] - weight[b][a];
  std::vector<bool> placed(nodes);
  Order order;
  while (order.size() < nodes) {
    std::uint32_t next = none;
    for (std::uint32_t i = 0; i < nodes; ++i)
      if (!placed[i] && (next == none || surplus[i] > surplus[next])) next = i;
    placed[next] = true;
    order.push_back(next);
    for (std::size_t i = 0; i < nodes; ++i) surplus[i] += weight[i][next] - weight[next][i];
  }
  return order;
}

// Moves the node at `from` to where it saves most; false when it is best where it is.
bool move_one(const Matrix& weight, Order& order, std::size_t from) {
  const std::uint32_t node = order[from];
  double change = 0, best = -1e-9;
  std::size_t target = from;
  for (std::size_t to = from; to-- > 0;) {  // forward: it now stands before order[to]
    change += weight[order[to]][node] - weight[node][order[to]];
    if (change < best) best = change, target = to;
  }
  change = 0;
  for (std::size_t to = from + 1; to < order.size(); ++to) {
    change += weight[node][order[to]] - weight[order[to]][node];
    if (change < best) best = change, target = to;
  }
  if (target == from) return false;
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(from));
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(target), node);
  return true;
}

Order improved_order(const Matrix& weight) {
  Order order = greedy_order(weight);
  for (int round = 0; round < 50; ++round) {
    bool moved = false;
    for (std::size_t i = 0; i < order.size(); ++i) moved = move_one(weight, order, i) || moved;
    if (!moved) break;
  }
  return order;
}

}  // namespace

Feedback feedback_arcs(std::uint32_t nodes, std::span<const WeightedArc> arcs) {
  Matrix weight(nodes, std::vector<double>(nodes));
  for (const auto& arc : arcs) weight[arc.from][arc.to] += arc.weight;
  Feedback result;
  result.exact = nodes <= feedback_exact;
  const Order order = result.exact ? exact_order(weight) : improved_order(weight);
  std::vector<std::size_t> place(nodes);
  for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    if (place[arcs[i].from] <= place[arcs[i].to] && arcs[i].from != arcs[i].to) continue;
    result.arcs.push_back(i);
    result.weight += arcs[i].weight;
  }
  return result;
}

}  // namespace banyan::graph
