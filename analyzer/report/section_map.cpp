#include "analyzer/report/html_text.hpp"
#include "analyzer/report/sections.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace banyan::report {
namespace {

constexpr int width = 1100, height = 660;
constexpr std::size_t crowded = 16;  // more contexts than this: names only, thinner lines
constexpr std::size_t longest_name = 20;
constexpr std::size_t node_limit = 30;
constexpr double pi = 3.14159265358979;

struct Node {
  std::uint32_t context;
  int x = 0, y = 0, radius = 0;
  double outward_x = 0, outward_y = 1;  // where its name stands
  int away = 0;                         // further out, so that neighbours' names do not meet
};

using Pull = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;

double between(const Pull& pull, std::uint32_t a, std::uint32_t b) {
  const auto found = pull.find({std::min(a, b), std::max(a, b)});
  return found == pull.end() ? 0 : found->second;
}

double ring_length(const Pull& pull, const std::vector<std::uint32_t>& ring) {
  const auto count = ring.size();
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < i; ++j)
      sum += between(pull, ring[i], ring[j]) * static_cast<double>(std::min(i - j, count - (i - j)));
  return sum;
}

// Neighbours on the ring should need each other: swap pairs as long as that shortens the lines.
void order_ring(const Pull& pull, std::vector<std::uint32_t>& ring) {
  double best = ring_length(pull, ring);
  for (bool better = true; better;) {
    better = false;
    for (std::size_t i = 0; i < ring.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        std::swap(ring[i], ring[j]);
        const double length = ring_length(pull, ring);
        if (length < best * (1 - 1e-9))
          best = length, better = true;
        else
          std::swap(ring[i], ring[j]);
      }
  }
}

// Grows with the lines of code, as far as the neighbours leave room.
int radius_of(const contexts::Context& context, double room) {
  const int most = std::clamp(static_cast<int>(room), 8, 46);
  return std::clamp(static_cast<int>(10 + std::sqrt(context.scores.lines) / 3), std::min(15, most), most);
}

// Kernels in the middle, everything else around them.
std::vector<Node> lay_out(const Input& input) {
  Pull pull;
  for (const auto& seam : input.contexts.seams)
    pull[{std::min(seam.from, seam.to), std::max(seam.from, seam.to)}] += seam.weight;
  std::vector<std::uint32_t> ring, middle;
  for (std::uint32_t i = 0; i < std::min(node_limit, input.contexts.contexts.size()); ++i)
    (input.contexts.contexts[i].shared_kernel ? middle : ring).push_back(i);
  order_ring(pull, ring);
  std::vector<Node> nodes;
  const auto put = [&](const std::vector<std::uint32_t>& contexts, double rx, double ry, bool names_outside) {
    const auto count = static_cast<double>(contexts.size());
    const double room = count < 2 ? 46 : 0.42 * 2 * pi * std::min(rx, ry) / count;
    for (std::size_t i = 0; i < contexts.size(); ++i) {
      const double angle = 2 * pi * static_cast<double>(i) / count - pi / 2;
      Node node{.context = contexts[i]};
      node.x = static_cast<int>(std::lround(width / 2 + rx * std::cos(angle)));
      node.y = static_cast<int>(std::lround(height / 2 + ry * std::sin(angle)));
      node.radius = radius_of(input.contexts.contexts[contexts[i]], room);
      if (names_outside) node.outward_x = std::cos(angle), node.outward_y = std::sin(angle);
      if (names_outside && count > 8 && i % 2 == 1 && std::abs(node.outward_x) < 0.75) node.away = 18;
      nodes.push_back(node);
    }
  };
  put(ring, width * 0.34, height * 0.34, true);
  put(middle, middle.size() > 1 ? 90 : 0, middle.size() > 1 ? 70 : 0, false);
  return nodes;
}

std::string line(const Input& input, const Node& from, const Node& to, const contexts::Seam& seam,
                 double heaviest, int thickest) {
  // Bent to one side, so that both directions of a pair can be told apart; ends at the border of the circle.
  const double dx = to.x - from.x, dy = to.y - from.y;
  const auto at = [](double value) { return std::to_string(std::lround(value)); };
  const double mx = (from.x + to.x) / 2.0 - dy * 0.12, my = (from.y + to.y) / 2.0 + dx * 0.12;
  const double ex = to.x - mx, ey = to.y - my,
               back = (to.radius + 7) / std::max(1.0, std::sqrt(ex * ex + ey * ey));
  const int thickness = 1 + static_cast<int>(std::lround(thickest * std::sqrt(seam.weight / heaviest)));
  const auto& contexts = input.contexts.contexts;
  return "<a href=\"#seam-" + std::to_string(seam.from) + "-" + std::to_string(seam.to) +
         "\" class=\"line f" + std::to_string(seam.from) + " t" + std::to_string(seam.to) +
         (contexts[seam.to].shared_kernel ? " faint" : "") + "\"><path d=\"M" + at(from.x) + " " +
         at(from.y) + "Q" + at(mx) + " " + at(my) + " " + at(to.x - ex * back) + " " + at(to.y - ey * back) +
         "\" stroke-width=" + std::to_string(thickness) + " marker-end=\"url(#arrow)\"><title>" +
         escape(contexts[seam.from].name) + " needs " + escape(contexts[seam.to].name) + ": " +
         grouped(seam.calls) + " calls, " + grouped(seam.types) + " type uses, " +
         std::to_string(seam.tables.size()) + " table accesses</title></path></a>";
}

std::string shortened(const std::string& name) {
  if (name.size() <= longest_name) return name;
  auto end = longest_name - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;  // not inside a character
  return name.substr(0, end) + "…";
}

std::string circle(const Input& input, const Node& node, bool with_counts) {
  const auto& context = input.contexts.contexts[node.context];
  const auto number = [](double value) { return std::to_string(std::lround(value)); };
  const double reach = node.radius + 9 + node.away;
  const double x = node.x + node.outward_x * reach, y = node.y + node.outward_y * (reach + 6) + 4;
  const std::string anchor = node.outward_x > 0.35    ? " class=start"
                             : node.outward_x < -0.35 ? " class=end"
                                                      : "";
  const auto sizes = counted(context.scores.files, "file", "files") + ", " +
                     counted(context.tables.size(), "table", "tables");
  std::string html = "<a href=\"#ctx-" + escape(context.id) + "\" class=\"node " + color_class(node.context) +
                     "\" data-n=" + std::to_string(node.context) + "><title>" + escape(context.name) + ": " +
                     sizes + "</title><circle cx=" + number(node.x) + " cy=" + number(node.y) +
                     " r=" + number(node.radius) + "></circle><text" + anchor + " x=" + number(x) +
                     " y=" + number(with_counts && node.outward_y < -0.35 ? y - 14 : y) + ">" +
                     escape(shortened(context.name)) + "</text>";
  if (with_counts)
    html += "<text class=\"small" + (anchor.empty() ? "" : " " + anchor.substr(7)) + "\" x=" + number(x) +
            " y=" + number(node.outward_y < -0.35 ? y : y + 14) + ">" + sizes + "</text>";
  return html + "</a>";
}

}  // namespace

std::string map_section(const Input& input) {
  if (input.contexts.contexts.size() < 2) return {};
  const auto nodes = lay_out(input);
  std::map<std::uint32_t, const Node*> by_context;
  for (const auto& node : nodes) by_context[node.context] = &node;
  double heaviest = 1e-9;
  for (const auto& seam : input.contexts.seams) heaviest = std::max(heaviest, seam.weight);
  std::string lines;
  std::size_t drawn = 0;
  for (const auto& seam : input.contexts.seams) {
    if (!by_context.contains(seam.from) || !by_context.contains(seam.to) || drawn == 4 * nodes.size())
      continue;
    lines = line(input, *by_context[seam.from], *by_context[seam.to], seam, heaviest,
                 nodes.size() > crowded ? 3 : 6) +
            lines;
    ++drawn;
  }
  std::string html =
      "<section id=map><h2>Context map</h2><p class=hint>An arrow points from who needs to who is needed; "
      "its "
      "width is the coupling. Circles grow with lines of code. Shared kernels stand in the middle.";
  if (input.contexts.contexts.size() > node_limit) html += " Only the first 30 contexts are drawn.";
  if (drawn < input.contexts.seams.size())
    html += " The " + std::to_string(drawn) + " strongest of " + std::to_string(input.contexts.seams.size()) +
            " seams are drawn.";
  html += "</p><div class=mapbox><svg class=map viewBox=\"0 0 " + std::to_string(width) + " " +
          std::to_string(height) +
          "\" role=group aria-label=\"Context map\"><defs><marker id=arrow viewBox=\"0 0 8 8\" refX=6 refY=4 "
          "markerWidth=9 "
          "markerHeight=9 markerUnits=userSpaceOnUse orient=auto><path d=\"M0 0L8 4L0 "
          "8z\"></path></marker></defs>" +
          lines;
  for (const auto& node : nodes) html += circle(input, node, nodes.size() <= crowded);
  return html + "</svg></div></section>";
}

}  // namespace banyan::report
