#include "analyzer/report/page_data.hpp"

#include "analyzer/report/layout.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace banyan::report {
namespace {

namespace json = boost::json;

// Evidence is the bulk of the page, so a large graph shows one place a pair.
constexpr std::size_t many_pairs = 20000, places_shown = 4, longest_snippet = 140;

// Components by context, inside it by the dendrogram, so that what belongs together stands together.
std::vector<std::uint32_t> matrix_order(const Input& input) {
  const auto count = static_cast<std::uint32_t>(input.graph.components.size());
  std::vector<std::vector<std::uint32_t>> nodes(count);
  for (std::uint32_t i = 0; i < count; ++i) nodes[i] = {i};
  for (const auto& merge : input.contexts.dendrogram) {
    auto joined = std::move(nodes[merge.left]);
    joined.insert(joined.end(), nodes[merge.right].begin(), nodes[merge.right].end());
    nodes[merge.right].clear();
    nodes.push_back(std::move(joined));
  }
  std::vector<std::uint32_t> order;
  for (const auto& list : nodes) order.insert(order.end(), list.begin(), list.end());
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return input.contexts.context_of[a] < input.contexts.context_of[b];
  });
  return order;
}

struct Pair {
  std::uint64_t count = 0;
  double weight = 0;
  std::vector<const graph::Edge*> edges;
};

struct Arranged {
  std::vector<std::uint32_t> order;  // node number -> component
  std::map<std::pair<std::uint32_t, std::uint32_t>, Pair> pairs;
};

Arranged arrange(const Input& input) {
  Arranged out;
  out.order = matrix_order(input);
  std::vector<std::uint32_t> position(out.order.size());
  for (std::uint32_t i = 0; i < out.order.size(); ++i) position[out.order[i]] = i;
  for (const auto& edge : input.graph.edges) {
    auto& pair = out.pairs[{position[edge.from], position[edge.to]}];
    pair.count += edge.count;
    pair.weight += edge.weight;
    pair.edges.push_back(&edge);
  }
  return out;
}

class Packer {
 public:
  explicit Packer(std::size_t width) : width_(width) {}
  void add(std::uint64_t value) {
    for (std::size_t i = 0; i < width_; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void add_clipped(std::uint64_t value) { add(std::min<std::uint64_t>(value, 0xffff)); }
  std::string text() const { return base64(bytes_); }

 private:
  std::size_t width_;
  std::vector<std::uint8_t> bytes_;
};

void add_places(json::object& out, const std::vector<Point>& points) {
  double left = 0, top = 0, right = 1, bottom = 1;
  for (const auto& point : points) {
    left = std::min(left, point.x), right = std::max(right, point.x);
    top = std::min(top, point.y), bottom = std::max(bottom, point.y);
  }
  const double scale = 65535 / std::max(right - left, bottom - top);
  Packer x(2), y(2);
  for (const auto& point : points) {
    x.add_clipped(static_cast<std::uint64_t>(std::lround((point.x - left) * scale)));
    y.add_clipped(static_cast<std::uint64_t>(std::lround((point.y - top) * scale)));
  }
  out["x"] = x.text();
  out["y"] = y.text();
}

void add_pairs(json::object& out, const Arranged& arranged, bool wide) {
  double heaviest = 1e-9;
  for (const auto& [ends, pair] : arranged.pairs) heaviest = std::max(heaviest, pair.weight);
  std::vector<std::uint32_t> degrees(arranged.order.size());
  Packer degree(wide ? 4 : 2), to(wide ? 4 : 2), count(2), weight(2);
  for (const auto& [ends, pair] : arranged.pairs) {
    ++degrees[ends.first];
    to.add(ends.second);
    count.add_clipped(pair.count);
    weight.add_clipped(static_cast<std::uint64_t>(std::lround(65535 * std::sqrt(pair.weight / heaviest))));
  }
  for (const auto one : degrees) degree.add(one);
  out["degree"] = degree.text();
  out["to"] = to.text();
  out["count"] = count.text();
  out["weight"] = weight.text();
}

std::string trimmed(std::string line) {
  line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
  if (line.size() > longest_snippet) {
    auto end = longest_snippet;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80)
      --end;  // not inside a character
    line = line.substr(0, end) + "…";
  }
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

std::string proof(const Input& input, const Pair& pair, std::size_t limit,
                  const std::map<std::string, std::size_t>& files) {
  std::string text;
  std::set<Location> places;
  for (const auto* edge : pair.edges) {
    text += (text.empty() ? "" : ", ") + std::string(graph::to_string(edge->kind)) + " ×" +
            std::to_string(edge->count);
    for (const auto& site : edge->sites) places.insert(site.at);
  }
  std::size_t shown = 0;
  for (const auto& at : places) {
    if (shown++ == limit) break;
    text += "\n" + std::to_string(files.at(at.file)) + "\t" + std::to_string(at.line) + "\t" +
            (input.snippet ? trimmed(input.snippet(at)) : std::string());
  }
  return text;
}

}  // namespace

std::string base64(const std::vector<std::uint8_t>& bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) { return at < bytes.size() ? bytes[at] : 0u; };
    const std::uint32_t three = (byte(i) << 16) | (byte(i + 1) << 8) | byte(i + 2);
    out += digits[three >> 18];
    out += digits[(three >> 12) & 63];
    out += i + 1 < bytes.size() ? digits[(three >> 6) & 63] : '=';
    out += i + 2 < bytes.size() ? digits[three & 63] : '=';
  }
  return out;
}

std::string graph_data(const Input& input) {
  const auto arranged = arrange(input);
  const bool wide = arranged.order.size() > 0xffff;
  json::array names, contexts;
  Packer group(2), lines(2);
  std::vector<std::uint32_t> groups;
  for (const auto component : arranged.order) {
    names.emplace_back(input.graph.components[component].id);
    groups.push_back(input.contexts.context_of[component]);
    group.add_clipped(groups.back());
    lines.add_clipped(input.graph.components[component].lines);
  }
  for (const auto& context : input.contexts.contexts) contexts.emplace_back(context.name);
  std::vector<Tie> ties;
  for (const auto& [ends, pair] : arranged.pairs) ties.push_back({ends.first, ends.second, pair.weight});
  json::object out{{"names", std::move(names)},
                   {"contexts", std::move(contexts)},
                   {"wide", wide},
                   {"group", group.text()},
                   {"lines", lines.text()}};
  add_places(out, lay_out(groups, ties));
  add_pairs(out, arranged, wide);
  return json::serialize(out);
}

std::string evidence_data(const Input& input) {
  const auto arranged = arrange(input);
  const auto limit = arranged.pairs.size() > many_pairs ? std::size_t{1} : places_shown;
  std::map<std::string, std::size_t> files;
  for (const auto& edge : input.graph.edges)
    for (const auto& site : edge.sites) files[site.at.file];
  json::array paths, pairs;
  for (auto& [path, number] : files) {
    number = paths.size();
    paths.emplace_back(path);
  }
  for (const auto& [ends, pair] : arranged.pairs) pairs.emplace_back(proof(input, pair, limit, files));
  return json::serialize(json::object{{"files", std::move(paths)}, {"pairs", std::move(pairs)}});
}

}  // namespace banyan::report
