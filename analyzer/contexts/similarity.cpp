#include "analyzer/contexts/similarity.hpp"

#include "analyzer/contexts/random.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>

namespace banyan::contexts {
namespace {

using graph::Graph;

struct Feature {
  std::uint32_t number = 0;
  double value = 0;
};
using Vectors = std::vector<std::vector<Feature>>;  // per component, sorted by number

// Numbers named features in sorted order, so that sums are always taken in the same order.
class Features {
 public:
  explicit Features(std::size_t components) : values_(components) {}

  void add(std::uint32_t component, std::string_view name, double value) {
    const auto at = numbers_.try_emplace(std::string(name), 0).first;
    values_[component][&*at] += value;
  }

  // Turns raw values into `damp(value) * rarity(number of components that have the feature)`, dropping zeros.
  template <typename Damp, typename Rarity>
  Vectors weigh(Damp damp, Rarity rarity) {
    std::uint32_t next = 0;
    for (auto& [name, number] : numbers_) number = next++;
    std::vector<std::uint32_t> users(next);
    for (const auto& row : values_)
      for (const auto& [name, value] : row) ++users[name->second];
    Vectors vectors(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      for (const auto& [name, value] : values_[i])
        if (const double weight = damp(value) * rarity(users[name->second]); weight > 0)
          vectors[i].push_back({name->second, weight});
      std::sort(vectors[i].begin(), vectors[i].end(), [](auto& x, auto& y) { return x.number < y.number; });
    }
    return vectors;
  }

 private:
  using Name = std::pair<const std::string, std::uint32_t>;
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<std::map<Name*, double>> values_;
};

void make_unit_length(Vectors& vectors) {
  for (auto& row : vectors) {
    double squares = 0;
    for (const auto& feature : row) squares += feature.value * feature.value;
    if (squares == 0) continue;
    const double length = std::sqrt(squares);
    for (auto& feature : row) feature.value /= length;
  }
}

struct Posting {
  std::uint32_t component;
  double value;
};

// Who has each feature. Comparing all users of a feature costs users^2: beyond the budget the commonest
// features, which weigh least, are left out of the products. On graphs of ordinary size nothing is.
constexpr double product_budget = 3e8;

std::vector<std::vector<Posting>> make_postings(const Vectors& vectors) {
  std::uint32_t count = 0;
  for (const auto& row : vectors)
    if (!row.empty()) count = std::max(count, row.back().number + 1);
  std::vector<std::vector<Posting>> postings(count);
  for (std::uint32_t i = 0; i < vectors.size(); ++i)
    for (const auto& feature : vectors[i]) postings[feature.number].push_back({i, feature.value});
  std::vector<std::uint32_t> order(count);
  for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return postings[a].size() < postings[b].size(); });
  double cost = 0;
  for (const auto number : order) {
    const auto users = static_cast<double>(postings[number].size());
    cost += users * users;
    if (cost > product_budget) postings[number].clear();
  }
  return postings;
}

using Row = std::vector<std::pair<std::uint32_t, double>>;

// Ties are common (everything in one namespace), and numbers follow paths: broken by number they would give
// folders away to the tiers that must not see them.
std::uint64_t lot(std::uint32_t a, std::uint32_t b) {
  return Random((std::uint64_t{std::min(a, b)} << 32) | std::max(a, b)).next();
}

void keep_best(std::uint32_t own, Row& row, std::size_t best) {
  const auto better = [own](const auto& x, const auto& y) {
    return x.second != y.second ? x.second > y.second : lot(own, x.first) < lot(own, y.first);
  };
  if (row.size() > best) {
    std::partial_sort(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(best), row.end(), better);
    row.resize(best);
  }
}

// Rounded, so that the last bit of a product does not decide a tie.
double rounded(double value) { return std::floor(value * 0x1p40 + 0.5) * 0x1p-40; }

// Cosine of each pair, the `best` highest of each row, made symmetric by averaging.
std::vector<Similarity> cosine(Vectors vectors, std::size_t best) {
  make_unit_length(vectors);
  const auto postings = make_postings(vectors);
  std::vector<double> sums(vectors.size());
  std::vector<Similarity> result;
  for (std::uint32_t i = 0; i < vectors.size(); ++i) {
    std::vector<std::uint32_t> touched;
    for (const auto& feature : vectors[i])
      for (const auto& posting : postings[feature.number]) {
        if (posting.component == i) continue;
        if (sums[posting.component] == 0) touched.push_back(posting.component);
        sums[posting.component] += feature.value * posting.value;
      }
    Row row;
    for (const auto other : touched) {
      row.emplace_back(other, rounded(sums[other]));
      sums[other] = 0;
    }
    keep_best(i, row, best);
    for (const auto& [other, value] : row)
      result.push_back({std::min(i, other), std::max(i, other), value / 2});
  }
  return result;
}

std::vector<Similarity> merged(std::vector<Similarity> links) {
  std::sort(links.begin(), links.end(),
            [](auto& x, auto& y) { return std::tie(x.a, x.b, x.value) < std::tie(y.a, y.b, y.value); });
  std::vector<Similarity> result;
  for (const auto& link : links) {
    if (!result.empty() && result.back().a == link.a && result.back().b == link.b)
      result.back().value += link.value;
    else
      result.push_back(link);
  }
  return result;
}

// Divides by both degrees' roots, which damps hubs, and scales so that all entries (each link twice) sum to
// the number of components.
std::vector<Similarity> balanced(std::vector<Similarity> links, std::size_t components) {
  links = merged(std::move(links));
  std::vector<double> degree(components);
  for (const auto& link : links) degree[link.a] += link.value, degree[link.b] += link.value;
  double sum = 0;
  for (auto& link : links) {
    link.value /= std::sqrt(degree[link.a] * degree[link.b]);
    sum += 2 * link.value;
  }
  for (auto& link : links) link.value *= static_cast<double>(components) / sum;
  return links;
}

std::vector<Similarity> direct_coupling(const Graph& graph) {
  std::vector<Similarity> links;
  for (const auto& edge : graph.edges)
    if (edge.weight > 0)
      links.push_back({std::min(edge.from, edge.to), std::max(edge.from, edge.to), edge.weight});
  return links;
}

std::vector<Similarity> soft(const Graph& graph, graph::EdgeKind kind) {
  std::vector<Similarity> links;
  for (const auto& edge : graph.soft_edges)
    if (edge.kind == kind && edge.weight > 0) links.push_back({edge.from, edge.to, edge.weight});
  return links;
}

double damp_log(double count) { return 1 + std::log(count); }

std::vector<Similarity> usage(const Graph& graph) {
  const auto all = static_cast<double>(graph.components.size());
  std::vector<std::uint32_t> users(graph.symbols.size());
  std::vector<std::map<std::uint32_t, double>> counts(graph.components.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (const auto& use : graph.components[i].uses) counts[i][use.symbol] += use.count;
    for (const auto& [symbol, count] : counts[i]) ++users[symbol];
  }
  Vectors vectors(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    for (const auto& [symbol, count] : counts[i])
      vectors[i].push_back({symbol, damp_log(count) * std::log(1 + all / (users[symbol] + 1.0))});
  return cosine(std::move(vectors), 10);
}

// Places in a tree of names: namespaces, folders.
Vectors weigh_places(Features& features, std::size_t components) {
  const auto all = static_cast<double>(components);
  return features.weigh([](double count) { return std::sqrt(count); },
                        [&](double users) { return users < 2 ? 0 : std::log(all / users); });
}

Vectors scopes(const Graph& graph) {
  Features features(graph.components.size());
  for (std::uint32_t i = 0; i < graph.components.size(); ++i)
    for (const auto& scope : graph.components[i].scopes) features.add(i, scope.word, scope.weight);
  return weigh_places(features, graph.components.size());
}

std::vector<Similarity> text(const Graph& graph) {
  const auto all = static_cast<double>(graph.components.size());
  Features features(graph.components.size());
  for (std::uint32_t i = 0; i < graph.components.size(); ++i)
    for (const auto& word : graph.components[i].words) features.add(i, word.word, word.weight);
  return cosine(
      features.weigh(damp_log,
                     [&](double users) { return users < 2 || users > all / 2 ? 0 : std::log(all / users); }),
      20);
}

double mode_weight(graph::AccessMode mode) { return mode == graph::AccessMode::read ? 1 : 2; }

std::vector<Similarity> tables(const Graph& graph) {
  const auto all = static_cast<double>(graph.components.size());
  Features features(graph.components.size());
  for (const auto& use : graph.table_uses)
    features.add(use.component, graph.tables[use.table],
                 mode_weight(use.mode) * damp_log(static_cast<double>(use.count)));
  return cosine(features.weigh([](double value) { return value; },
                               [&](double users) { return std::log(1 + all / (users + 1)); }),
                10);
}

// The fixed words of the paths a component handles: /orders/{id}/items -> orders, items.
std::vector<Similarity> routes(const Graph& graph, const evidence::Evidence& evidence) {
  const auto all = static_cast<double>(graph.components.size());
  Features features(graph.components.size());
  for (const auto& reach : graph.routes) {
    if (reach.component == graph::none) continue;
    std::string_view rest = evidence.routes[reach.route].path;
    double weight = 1;
    while (!rest.empty()) {
      const auto slash = rest.find('/');
      const auto segment = rest.substr(0, slash);
      rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
      if (segment.empty() || segment.find_first_of("{*:<") != std::string_view::npos) continue;
      features.add(reach.component, segment, weight);
      weight /= 2;
    }
  }
  return cosine(features.weigh([](double count) { return std::sqrt(count); },
                               [&](double users) { return std::log(1 + all / (users + 1)); }),
                10);
}

Vectors folders(const Graph& graph) {
  Features features(graph.components.size());
  for (std::uint32_t i = 0; i < graph.components.size(); ++i)
    for (const auto file : graph.components[i].files) {
      const std::string_view path = graph.files[file];
      for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
        features.add(i, path.substr(0, slash), 1);
    }
  return weigh_places(features, graph.components.size());
}

void add(std::vector<Link>& sum, const std::vector<Similarity>& links, double weight) {
  constexpr double scale = 0x1p24;
  for (const auto& link : links)
    if (const auto value = std::llround(link.value * weight * scale); value > 0)
      sum.push_back({link.a, link.b, value});
}

void add(std::vector<Link>& sum, std::vector<Similarity> links, double weight, std::size_t components) {
  if (weight > 0 && !links.empty()) add(sum, balanced(std::move(links), components), weight);
}

// Where nearly everybody is in one place, being there says nothing, yet cosines know directions only: two
// components with that place alone would be alike to the full. Each counts by how telling its places are: the
// root mean square of their rarity, 1 for a place that a component in e has.
std::vector<double> information(const Vectors& vectors, const std::vector<double>& counts) {
  std::vector<double> result(vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    double squares = 0;
    for (const auto& feature : vectors[i]) squares += feature.value * feature.value;
    if (counts[i] > 0) result[i] = std::min(1.0, std::sqrt(squares / counts[i]));
  }
  return result;
}

void add_places(std::vector<Link>& sum, Vectors vectors, const std::vector<double>& counts, double weight) {
  if (weight <= 0) return;
  const auto telling = information(vectors, counts);
  const auto components = vectors.size();
  auto links = cosine(std::move(vectors), 20);
  if (links.empty()) return;
  links = balanced(std::move(links), components);
  for (auto& link : links) link.value *= telling[link.a] * telling[link.b];
  add(sum, links, weight);
}

std::vector<double> scope_counts(const Graph& graph) {
  std::vector<double> counts;
  for (const auto& component : graph.components) {
    counts.push_back(0);
    for (const auto& scope : component.scopes) counts.back() += scope.weight;
  }
  return counts;
}

std::vector<double> folder_counts(const Graph& graph) {
  std::vector<double> counts;
  for (const auto& component : graph.components) {
    counts.push_back(0);
    for (const auto file : component.files)
      counts.back() += static_cast<double>(std::count(graph.files[file].begin(), graph.files[file].end(), '/'));
  }
  return counts;
}

}  // namespace

Weights default_weights(Tier tier) {
  switch (tier) {
    case Tier::t0:
      return {.usage = 0.5, .scopes = 0, .text = 0, .routes = 0, .folders = 0, .history = 0, .runtime = 0};
    case Tier::t1:
      return {.folders = 0};
    case Tier::t2:
      return {};
  }
  return {};
}

// The tier is a limit: what it hides stays hidden, whatever the weights say.
Weights effective_weights(const Options& options) {
  auto weights = options.weights;
  if (options.tier != Tier::t2) weights.folders = 0;
  if (options.tier == Tier::t0) weights.scopes = weights.text = weights.routes = weights.history = weights.runtime = 0;
  return weights;
}

Network fuse(const Graph& graph, const evidence::Evidence& evidence, const Options& options) {
  const auto weights = effective_weights(options);
  const auto count = graph.components.size();
  std::vector<Link> sum;
  if (weights.direct > 0) add(sum, direct_coupling(graph), weights.direct, count);
  if (weights.usage > 0) add(sum, usage(graph), weights.usage, count);
  add_places(sum, scopes(graph), scope_counts(graph), weights.scopes);
  if (weights.text > 0) add(sum, text(graph), weights.text, count);
  if (weights.tables > 0) add(sum, tables(graph), weights.tables, count);
  if (weights.routes > 0) add(sum, routes(graph, evidence), weights.routes, count);
  add_places(sum, folders(graph), folder_counts(graph), weights.folders);
  if (weights.history > 0) add(sum, soft(graph, graph::EdgeKind::co_change), weights.history, count);
  if (weights.runtime > 0) add(sum, soft(graph, graph::EdgeKind::runtime), weights.runtime, count);
  return make_network(static_cast<std::uint32_t>(count), std::move(sum));
}

}  // namespace banyan::contexts
