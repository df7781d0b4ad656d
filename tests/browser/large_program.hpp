// A made-up program of 5,000 files and 50,000 dependencies in 30 contexts, as the report gets it.
#pragma once

#include "analyzer/report/report.hpp"

#include <memory>
#include <random>
#include <set>
#include <string>

namespace banyan::browser {

struct LargeProgram {
  static constexpr std::uint32_t files = 5000, dependencies = 50000, groups = 30;
  graph::Graph graph;
  evidence::Evidence evidence;
  contexts::Result contexts;

  LargeProgram() {
    std::vector<std::uint32_t> group_of;
    for (std::uint32_t i = 0; i < files; ++i) {
      group_of.push_back(i % groups);
      add_file(i);
    }
    std::mt19937 random(20240229);
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    while (pairs.size() < dependencies) {
      const auto from = static_cast<std::uint32_t>(random() % files);
      auto to = static_cast<std::uint32_t>(random() % files);
      if (random() % 10 < 8) to = to / groups * groups + from % groups;  // four of five stay in the context
      if (from != to && to < files) pairs.emplace(from, to);
    }
    for (const auto& [from, to] : pairs)
      add_dependency(from, to, 1 + static_cast<std::uint32_t>(random() % 9));
    contexts = contexts::describe(graph, evidence, {}, group_of);
  }

  report::Input input() const {
    return {.project = "large",
            .version = "0.0.0",
            .graph = graph,
            .evidence = evidence,
            .contexts = contexts,
            .options = {},
            .findings = {},
            .coverage = {.units = files, .failed = {}, .dropped = {}},
            .snippet = [](const facts::Location& at) {
              return "  const auto value" + std::to_string(at.line) +
                     " = service.call<Request>(input, options); // " + at.file;
            }};
  }

 private:
  static std::string name(std::uint32_t i) {
    auto number = std::to_string(i);
    return std::string(5 - number.size(), '0') + number;
  }
  void add_file(std::uint32_t i) {
    const auto path = "src/file" + name(i) + ".cpp";
    graph.files.push_back(path);
    graph.lines.push_back(50 + i % 900);
    graph.component_of.push_back(i);
    graph::Component component;
    component.id = path;
    component.files = {i};
    component.lines = 50 + i % 900;
    component.words = {{"word" + std::to_string(i % groups), 3}, {"thing" + std::to_string(i % 97), 1}};
    graph.components.push_back(std::move(component));
    graph::SymbolInfo symbol;
    symbol.usr = "u" + name(i);
    symbol.name = "large::function" + name(i);
    symbol.at = {path, 10, 1};
    symbol.owners = {i};
    graph.symbols.push_back(std::move(symbol));
  }
  void add_dependency(std::uint32_t from, std::uint32_t to, std::uint32_t count) {
    const facts::Location at{graph.files[from], 20 + to % 400, 3};
    graph.edges.push_back({.from = from,
                           .to = to,
                           .kind = graph::EdgeKind::call,
                           .count = count,
                           .weight = static_cast<double>(count),
                           .sites = {{at, graph.symbols[from].name, graph.symbols[to].name}}});
    graph::SymbolUse use;
    use.symbol = to;
    use.kind = graph::EdgeKind::call;
    use.count = count;
    use.sites = {{from, at.line, at.column, from}};
    graph.components[from].uses.push_back(std::move(use));
  }
};

}  // namespace banyan::browser
