#include "analyzer/contexts/network.hpp"

#include <algorithm>
#include <tuple>

namespace banyan::contexts {

Network make_network(std::uint32_t nodes, std::vector<Link> links, std::vector<std::int64_t> inside) {
  std::sort(links.begin(), links.end(),
            [](const Link& x, const Link& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (kept > 0 && links[kept - 1].a == links[i].a && links[kept - 1].b == links[i].b)
      links[kept - 1].weight += links[i].weight;
    else
      links[kept++] = links[i];
  }
  links.resize(kept);
  Network network;
  inside.resize(nodes);
  network.inside = std::move(inside);
  network.start.assign(nodes + 1, 0);
  network.degree = network.inside;
  for (const auto& link : links) {
    ++network.start[link.a + 1], ++network.start[link.b + 1];
    network.degree[link.a] += link.weight, network.degree[link.b] += link.weight;
  }
  for (std::uint32_t i = 0; i < nodes; ++i) network.start[i + 1] += network.start[i];
  network.arcs.resize(2 * links.size());
  std::vector<std::uint32_t> at(network.start.begin(), network.start.end() - 1);
  // First the smaller neighbours, then the larger ones: each list comes out sorted.
  for (const auto& link : links) network.arcs[at[link.b]++] = {link.a, link.weight};
  for (const auto& link : links) network.arcs[at[link.a]++] = {link.b, link.weight};
  for (const auto degree : network.degree) network.total += degree;
  return network;
}

Network aggregate(const Network& network, const Groups& groups, std::uint32_t count) {
  std::vector<std::int64_t> inside(count);
  std::vector<Link> links;
  for (std::uint32_t node = 0; node < network.size(); ++node) {
    inside[groups[node]] += network.inside[node];
    for (const auto& arc : network.of(node)) {
      const auto a = groups[node], b = groups[arc.to];
      if (a == b)
        inside[a] += arc.weight;
      else if (a < b)
        links.push_back({a, b, arc.weight});
    }
  }
  return make_network(count, std::move(links), std::move(inside));
}

std::uint32_t renumber(Groups& groups) {
  constexpr std::uint32_t unseen = 0xffffffff;
  std::uint32_t largest = 0;
  for (const auto group : groups) largest = std::max(largest, group);
  std::vector<std::uint32_t> number(std::size_t{largest} + 1, unseen);
  std::uint32_t count = 0;
  for (auto& group : groups) {
    if (number[group] == unseen) number[group] = count++;
    group = number[group];
  }
  return count;
}

double modularity(const Network& network, const Groups& groups, double gamma) {
  if (network.total == 0) return 0;
  Groups numbered = groups;
  const auto count = renumber(numbered);
  std::vector<std::int64_t> inside(count), degree(count);
  for (std::uint32_t node = 0; node < network.size(); ++node) {
    inside[numbered[node]] += network.inside[node];
    degree[numbered[node]] += network.degree[node];
    for (const auto& arc : network.of(node))
      if (numbered[arc.to] == numbered[node]) inside[numbered[node]] += arc.weight;
  }
  const auto total = static_cast<double>(network.total);
  double quality = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(degree[i]) / total;
    quality += static_cast<double>(inside[i]) / total - gamma * share * share;
  }
  return quality;
}

}  // namespace banyan::contexts
