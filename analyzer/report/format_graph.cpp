// The graph for drawing and for spreadsheets: DOT, GraphML, Mermaid, CSV.
#include "analyzer/report/formats.hpp"
#include "analyzer/report/quoting.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace banyan::report {
namespace {

// Mermaid draws 500 edges at most, and a person reads far fewer.
constexpr std::size_t mermaid_edges = 300;

std::string fixed(double value, const char* format = "%.2f") {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string plural(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string seam_label(const Model::Seam& seam) {
  std::string text;
  const auto add = [&](std::uint64_t count, const char* one, const char* many) {
    if (count > 0) text += (text.empty() ? "" : ", ") + plural(count, one, many);
  };
  add(seam.calls, "call", "calls");
  add(seam.types, "type use", "type uses");
  add(seam.data, "data use", "data uses");
  add(seam.accesses, "table access", "table accesses");
  return text.empty() ? "includes" : text;
}

std::string context_name(const Model& model, std::uint32_t context) {
  return context == graph::none ? std::string() : model.contexts[context].name;
}

struct Summed {
  std::uint64_t count = 0;
  double weight = 0;
  std::string kinds;
  Location at;
};
using Sums = std::map<std::pair<std::uint32_t, std::uint32_t>, Summed>;  // from, to

// All kinds of edges between two components as one.
Sums component_edges(const Model& model) {
  Sums sums;
  for (const auto& edge : model.edges) {
    auto& sum = sums[{edge.from, edge.to}];
    sum.count += edge.count;
    sum.weight += edge.weight;
    sum.kinds += (sum.kinds.empty() ? "" : " ") + edge.kind;
    if (sum.at.file.empty()) sum.at = edge.at;
  }
  return sums;
}

std::string dot_contexts(const Model& model) {
  std::string out;
  for (std::size_t i = 0; i < model.contexts.size(); ++i) {
    const auto& context = model.contexts[i];
    // A real line end in the label, so that one in a name cannot be taken for it.
    const auto label = quote_dot(context.name + "\n" + plural(context.files, "file", "files"));
    out += "  c" + std::to_string(i) + " [label=" + label +
           (context.shared_kernel ? ", shape=component" : "") + "];\n";
  }
  for (const auto& seam : model.seams)
    out += "  c" + std::to_string(seam.from) + " -> c" + std::to_string(seam.to) +
           " [weight=" + std::to_string(1 + static_cast<int>(std::clamp(seam.weight, 0.0, 1e6))) +
           ", label=" + quote_dot(seam_label(seam)) + "];\n";
  return out;
}

std::string dot_files(const Model& model) {
  std::string out;
  const auto node = [&](std::size_t i) {
    return "n" + std::to_string(i) + " [label=" + quote_dot(model.components[i].path) + "];\n";
  };
  for (std::size_t c = 0; c < model.contexts.size(); ++c) {
    out += "  subgraph cluster_" + std::to_string(c) + " {\n    label=" + quote_dot(model.contexts[c].name) +
           ";\n";
    for (std::size_t i = 0; i < model.components.size(); ++i)
      if (model.components[i].context == c) out += "    " + node(i);
    out += "  }\n";
  }
  for (std::size_t i = 0; i < model.components.size(); ++i)
    if (model.components[i].context == graph::none) out += "  " + node(i);
  for (const auto& [pair, sum] : component_edges(model))
    out += "  n" + std::to_string(pair.first) + " -> n" + std::to_string(pair.second) +
           " [tooltip=" + quote_dot(sum.kinds + ", " + plural(sum.count, "reference", "references")) + "];\n";
  return out;
}

std::string data(const char* key, const std::string& value) {
  return "<data key=\"" + std::string(key) + "\">" + quote_xml(value) + "</data>";
}

std::string graphml_head() {
  static constexpr const char* keys[][4] = {{"label", "node", "label", "string"},
                                            {"context", "node", "context", "string"},
                                            {"files", "node", "files", "int"},
                                            {"lines", "node", "lines", "int"},
                                            {"stability", "node", "stability", "double"},
                                            {"kinds", "edge", "kinds", "string"},
                                            {"count", "edge", "count", "long"},
                                            {"weight", "edge", "weight", "double"},
                                            {"at", "edge", "at", "string"}};
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml "
      "xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  for (const auto& [id, for_, name, type] : keys)
    out += "  <key id=\"" + std::string(id) + "\" for=\"" + for_ + "\" attr.name=\"" + name +
           "\" attr.type=\"" + type + "\"/>\n";
  return out + "  <graph id=\"banyan\" edgedefault=\"directed\">\n";
}

std::string graphml_edge(const char* letter, std::uint32_t from, std::uint32_t to,
                         const std::string& inside) {
  return "    <edge source=\"" + (letter + std::to_string(from)) + "\" target=\"" +
         (letter + std::to_string(to)) + "\">" + inside + "</edge>\n";
}

std::string graphml_contexts(const Model& model) {
  std::string out;
  for (std::size_t i = 0; i < model.contexts.size(); ++i) {
    const auto& one = model.contexts[i];
    out += "    <node id=\"c" + std::to_string(i) + "\">" + data("label", one.name) +
           data("context", one.name) + data("files", std::to_string(one.files)) +
           data("lines", std::to_string(one.lines)) + data("stability", fixed(one.stability, "%.4f")) +
           "</node>\n";
  }
  for (const auto& seam : model.seams)
    out +=
        graphml_edge("c", seam.from, seam.to,
                     data("kinds", seam_label(seam)) +
                         data("count", std::to_string(seam.calls + seam.types + seam.data + seam.accesses)) +
                         data("weight", fixed(seam.weight, "%.4f")));
  return out;
}

std::string graphml_files(const Model& model) {
  std::string out;
  for (std::size_t i = 0; i < model.components.size(); ++i) {
    const auto& one = model.components[i];
    out += "    <node id=\"n" + std::to_string(i) + "\">" + data("label", one.path) +
           data("context", context_name(model, one.context)) +
           data("stability", fixed(one.stability, "%.4f")) + "</node>\n";
  }
  for (const auto& [pair, sum] : component_edges(model)) {
    const auto at = sum.at.file.empty() ? std::string() : sum.at.file + ":" + std::to_string(sum.at.line);
    out += graphml_edge("n", pair.first, pair.second,
                        data("kinds", sum.kinds) + data("count", std::to_string(sum.count)) +
                            data("weight", fixed(sum.weight, "%.4f")) + data("at", at));
  }
  return out;
}

using Cells = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;  // used (row), user (column)

std::string matrix(const std::vector<std::string>& names, const Cells& cells) {
  std::string out = "used \\ user";
  for (const auto& name : names) out += "," + quote_csv(name);
  out += "\r\n";
  for (std::uint32_t row = 0; row < names.size(); ++row) {
    out += quote_csv(names[row]);
    auto cell = cells.lower_bound({row, 0});
    for (std::uint32_t column = 0; column < names.size(); ++column) {
      out += ",";
      if (cell != cells.end() && cell->first == std::pair(row, column))
        out += std::to_string((cell++)->second);
    }
    out += "\r\n";
  }
  return out;
}

// By context, so that what belongs together stands together.
std::vector<std::uint32_t> file_order(const Model& model) {
  std::vector<std::uint32_t> order(model.components.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return model.components[a].context < model.components[b].context;
  });
  return order;
}

}  // namespace

Document dot(const Model& model, Level level) {
  return {.text = "digraph banyan {\n  graph [label=" + quote_dot(model.project) +
                  ", labelloc=t, rankdir=LR];\n  node [shape=box, style=rounded];\n" +
                  (level == Level::contexts ? dot_contexts(model) : dot_files(model)) + "}\n",
          .notes = {}};
}

Document graphml(const Model& model, Level level) {
  return {.text = graphml_head() +
                  (level == Level::contexts ? graphml_contexts(model) : graphml_files(model)) +
                  "  </graph>\n</graphml>\n",
          .notes = {}};
}

Document mermaid(const Model& model) {
  Document out;
  out.text = "flowchart LR\n";
  for (std::size_t i = 0; i < model.contexts.size(); ++i) {
    const auto& one = model.contexts[i];
    const auto name = quote_mermaid(one.name);
    out.text +=
        "  c" + std::to_string(i) + (one.shared_kernel ? "[[" + name + "]]" : "[" + name + "]") + "\n";
  }
  const auto drawn = std::min(mermaid_edges, model.seams.size());
  for (std::size_t i = 0; i < drawn; ++i) {
    const auto& seam = model.seams[i];
    out.text += "  c" + std::to_string(seam.from) + " -->|" + quote_mermaid(seam_label(seam)) + "| c" +
                std::to_string(seam.to) + "\n";
  }
  if (drawn < model.seams.size())
    out.notes.push_back("mermaid: the " + std::to_string(drawn) + " heaviest of " +
                        std::to_string(model.seams.size()) + " seams; csv and graphml have all of them");
  return out;
}

Document csv(const Model& model, Level level) {
  std::vector<std::string> names;
  Cells cells;
  if (level == Level::contexts) {
    for (const auto& context : model.contexts) names.push_back(context.name);
    for (const auto& edge : model.edges) {
      const auto user = model.components[edge.from].context, used = model.components[edge.to].context;
      if (user != graph::none && used != graph::none && edge.kind != "include")
        cells[{used, user}] += edge.count;
    }
  } else {
    const auto order = file_order(model);
    std::vector<std::uint32_t> position(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      position[order[i]] = i;
      names.push_back(model.components[order[i]].path);
    }
    for (const auto& edge : model.edges) cells[{position[edge.to], position[edge.from]}] += edge.count;
  }
  return {.text = matrix(names, cells), .notes = {}};
}

}  // namespace banyan::report
