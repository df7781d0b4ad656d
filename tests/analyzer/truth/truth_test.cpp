// The whole map on the sample monolith against what was planted there: nothing planted may be missed, nothing
// clean accused, and what is found beyond the truth is counted.
#include "analyzer/advice/findings.hpp"
#include "analyzer/advice/router_config.hpp"
#include "analyzer/evidence/reach.hpp"
#include "analyzer/fact_store/store.hpp"
#include "tests/support/sample_map.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

namespace banyan {
namespace {

namespace fs = std::filesystem;
using Strings = std::set<std::string>;

const fs::path root = fs::path(BANYAN_SOURCE_DIR) / "monolith_sample";

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The facts that the map of the sample left; what lies outside its tree is generated.
facts::Program load_facts(std::vector<std::string>& errors) {
  fact_store::Store store(support::sample_map().out / "banyan.db");
  fact_store::Loaded loaded = store.load_all(root);
  for (const auto& unit : loaded.failed)
    for (const auto& error : unit.errors) errors.push_back(error.at.file + ": " + error.message);
  std::erase_if(loaded.program.files, [](const facts::FileFacts& file) { return file.path.starts_with("/"); });
  return std::move(loaded.program);
}

struct Map {
  std::vector<std::string> errors;
  facts::Program program = load_facts(errors);
  evidence::Evidence evidence =
      evidence::collect(program, {{}, {{"sql/schema.sql", read(root / "sql" / "schema.sql")}}});
  graph::Graph graph = graph::build(program, evidence);
  contexts::Result contexts = contexts::find(graph, evidence);
  std::map<std::string, std::string> names;  // USR -> qualified name
  YAML::Node truth =
      YAML::LoadFile((fs::path(BANYAN_SOURCE_DIR) / "tests" / "truth" / "monolith_sample.yaml").string());
  // The planted modules as contexts: what the findings say must not depend on how well the clustering did
  // today.
  contexts::Result modules = contexts::describe(graph, evidence, {}, planted_groups());
  std::vector<advice::Finding> findings = advice::find_findings(
      {graph, evidence, modules, &program, [](const std::string& file) { return read(root / file); }});

  std::vector<std::uint32_t> planted_groups() const {
    std::map<std::string, std::uint32_t> module_of;
    std::uint32_t number = 0;
    for (const auto& module : truth["modules"]) {
      for (const auto& file : module.second) module_of[file.as<std::string>()] = number;
      ++number;
    }
    std::vector<std::uint32_t> groups;
    for (const auto& component : graph.components) groups.push_back(module_of[component.id]);
    return groups;
  }

  Map() {
    for (const auto& file : program.files) {
      for (const auto& symbol : file.symbols) names.emplace(symbol.usr, plain(symbol.name));
    }
  }

  static std::string plain(std::string name) {
    static const std::string anonymous = "(anonymous namespace)::";
    for (std::size_t at = name.find(anonymous); at != std::string::npos; at = name.find(anonymous))
      name.erase(at, anonymous.size());
    return name;
  }
};

const Map& map() {
  static const Map one;
  return one;
}

std::string text(const YAML::Node& node, const char* key) {
  return node[key] ? node[key].as<std::string>() : std::string();
}

std::string place(const std::string& file, unsigned line) { return file + ":" + std::to_string(line); }
std::string place(const facts::Location& at) { return place(at.file, at.line); }
std::string place(const YAML::Node& node) { return text(node, "file") + ":" + text(node, "line"); }
std::string use_place(const YAML::Node& node) {
  return node["use_file"] ? text(node, "use_file") + ":" + text(node, "use_line") : place(node);
}

// Where the statement's first literal begins, where a constant is used, or where the call around the literal
// begins (snprintf(buffer, size,\n "SELECT ...)).
std::vector<std::string> places(const YAML::Node& node) {
  const auto line = node["line"].as<unsigned>();
  return {place(node), use_place(node), place(text(node, "file"), line - 1),
          place(text(node, "file"), line - 2)};
}

std::string mode_name(evidence::AccessMode mode) {
  static const std::vector<std::string> modes = {"read", "insert", "update", "delete"};
  return modes.at(static_cast<std::size_t>(mode));
}

// Prints both shares and every miss; returns the misses.
template <class Range>
void report(const std::string& what, const Range& missed, const Range& extra, std::size_t planted,
            std::size_t found) {
  std::cout << what << ": recall " << (planted - missed.size()) << "/" << planted << ", precision "
            << (found - extra.size()) << "/" << found << "\n";
  for (const auto& one : missed) std::cout << "  missed " << one << "\n";
  for (const auto& one : extra) std::cout << "  beyond the truth: " << one << "\n";
}

Strings minus(const Strings& a, const Strings& b) {
  Strings out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
  return out;
}

TEST(Truth, TheSampleParsesWithoutErrors) { EXPECT_EQ(map().errors, std::vector<std::string>()); }

TEST(Truth, RoutesAreFound) {
  Strings planted, found;
  for (const auto& node : map().truth["routes"])
    planted.insert(text(node, "method") + " " + text(node, "path") + " " + place(node));
  for (const auto& route : map().evidence.routes)
    found.insert(route.method + " " + route.path + " " + place(route.at));
  ASSERT_GE(planted.size(), 40U);
  report("routes", minus(planted, found), minus(found, planted), planted.size(), found.size());
  EXPECT_EQ(minus(planted, found), Strings());
  EXPECT_EQ(minus(found, planted), Strings());
}

TEST(Truth, RoutesLeadToTheirHandlers) {
  std::map<std::string, const evidence::Route*> routes;
  for (const auto& route : map().evidence.routes) routes[route.method + " " + route.path] = &route;
  evidence::Reach reach(map().program);
  for (const auto& node : map().truth["routes"]) {
    const auto route = routes.find(text(node, "method") + " " + text(node, "path"));
    if (route == routes.end()) continue;  // reported above
    Strings reached;
    for (const std::string& usr : reach.functions(route->second->handler_usr)) {
      const auto name = map().names.find(usr);
      if (name != map().names.end()) reached.insert(name->second);
    }
    EXPECT_TRUE(reached.count(text(node, "handler")))
        << route->first << " does not reach " << text(node, "handler");
  }
}

TEST(Truth, TablesAndTriggersAreFound) {
  Strings planted, found;
  for (const auto& node : map().truth["tables"]) planted.insert(text(node, "name"));
  for (const auto& table : map().evidence.tables) found.insert(table.name);
  report("tables", minus(planted, found), minus(found, planted), planted.size(), found.size());
  EXPECT_EQ(planted, found);

  Strings triggers, seen;
  for (const auto& node : map().truth["triggers"]) {
    for (const auto& table : node["writes"])
      triggers.insert(text(node, "name") + " on " + text(node, "table") + " writes " +
                      table.as<std::string>());
  }
  for (const auto& trigger : map().evidence.triggers) {
    for (const auto& table : trigger.writes)
      seen.insert(trigger.name + " on " + trigger.table + " writes " + table);
  }
  EXPECT_EQ(triggers, seen);
}

TEST(Truth, AccessesAreFoundWithTheirModes) {
  Strings found, explained, missed;
  for (const auto& access : map().evidence.accesses) {
    const auto name = map().names.find(access.in_usr);
    found.insert(access.table + " " + mode_name(access.mode) +
                 (access.via.empty() ? "" : " via " + access.via) + " " + place(access.at) + " in " +
                 (name == map().names.end() ? std::string() : name->second));
  }
  std::size_t planted = 0;
  for (const auto& node : map().truth["accesses"]) {
    ++planted;
    const std::string head = text(node, "table") + " " + text(node, "mode") +
                             (node["via"] ? " via " + text(node, "via") : "") + " ";
    bool hit = false;
    for (const std::string& where : places(node)) {
      for (auto it = found.lower_bound(head + where + " in ");
           it != found.end() && it->starts_with(head + where + " in "); ++it) {
        explained.insert(*it);
        hit = true;
      }
    }
    if (!hit) missed.insert(head + use_place(node) + " in " + text(node, "function"));
  }
  report("accesses", missed, minus(found, explained), planted, found.size());
  EXPECT_EQ(missed, Strings());
  EXPECT_EQ(minus(found, explained), Strings());
}

TEST(Truth, DynamicSqlIsListedAndNotGuessed) {
  for (const auto& node : map().truth["dynamic_sql"]) {
    bool listed = false;
    for (const auto& statement : map().evidence.statements) {
      if (place(statement.at) != place(node)) continue;
      listed = listed || statement.resolution == evidence::Resolution::unresolved;
    }
    EXPECT_TRUE(listed) << place(node) << " is not listed as unresolved";
    for (const auto& access : map().evidence.accesses)
      EXPECT_NE(place(access.at), place(node)) << access.table;
  }
}

TEST(Truth, CyclesAreFound) {
  for (const auto& node : map().truth["cycles"]) {
    Strings planted;
    for (const auto& file : node["files"]) planted.insert(file.as<std::string>());
    const bool found =
        std::any_of(map().findings.begin(), map().findings.end(), [&](const advice::Finding& finding) {
          Strings files;
          for (const auto& at : finding.locations) files.insert(at.file);
          return finding.kind == "include-cycle" &&
                 std::includes(files.begin(), files.end(), planted.begin(), planted.end());
        });
    EXPECT_TRUE(found) << text(node, "id");
  }
}

bool touches(const advice::Finding& finding, const std::string& where) {
  return std::any_of(finding.locations.begin(), finding.locations.end(),
                     [&](const auto& at) { return place(at) == where; });
}

// A statement is placed where its first literal begins, the planted line is where the telling words stand.
bool touches_above(const advice::Finding& finding, const YAML::Node& node) {
  const auto line = node["line"].as<unsigned>();
  const unsigned below = text(node, "text").starts_with("//") ? 10 : 0;  // a comment above what it speaks of
  for (unsigned more = 1; more <= below; ++more)
    if (touches(finding, place(text(node, "file"), line + more))) return true;
  for (unsigned back = 0; back <= 6 && back < line; ++back)
    if (touches(finding, place(text(node, "file"), line - back))) return true;
  return false;
}

TEST(Truth, PlantedTanglesBecomeFindingsOfTheirKindAtTheirLine) {
  const std::map<std::string, std::string> kinds = {
      {"include_cycle", "include-cycle"},   {"call_cycle", "context-cycle"},     {"god_header", "god-header"},
      {"singleton", "shared-state"},        {"mutable_global", "shared-state"},  {"cross_module_join", "join-crosses"},
      {"trigger", "trigger-crosses"},       {"view", "view-crosses"},            {"transaction", "torn-transaction"},
      {"chatty_loop", "chatty-seam"},       {"foreign_write", "shared-table"},   {"foreign_read", "foreign-read"},
      {"shared_table", "shared-table"},     {"shared_type", "shared-type"},      {"callback", "callback-crosses"},
      {"get_writes", "get-writes"},         {"environment", "shared-state"},     {"file", "shared-state"},
      {"route", "route-prefix"}};
  const std::map<std::string, std::string> by_other_name = {{"session_cache", "foreign-read"}};
  Strings missed;
  std::size_t planted = 0;
  for (const auto& node : map().truth["tangles"]) {
    const auto kind = kinds.find(text(node, "kind"));
    if (kind == kinds.end()) continue;  // sql_macro: below
    ++planted;
    const auto other = by_other_name.find(text(node, "id"));
    const std::string& wanted = other == by_other_name.end() ? kind->second : other->second;
    const bool found =
        std::any_of(map().findings.begin(), map().findings.end(), [&](const advice::Finding& finding) {
          if (finding.kind != wanted) return false;
          const bool named = wanted == "trigger-crosses" && finding.id.find(text(node, "text")) != std::string::npos;
          return named || touches_above(finding, node);
        });
    if (!found) missed.insert(text(node, "id") + " " + place(node) + " as " + wanted);
  }
  report("tangles", missed, Strings(), planted, planted);
  EXPECT_EQ(missed, Strings());
}

// A statement that begins at most a dozen lines above, with every piece of it known.
bool in_resolved_statement(const facts::Location& at) {
  const auto& statements = map().evidence.statements;
  return std::any_of(statements.begin(), statements.end(), [&](const evidence::Statement& one) {
    return one.at.file == at.file && one.at.line <= at.line && at.line <= one.at.line + 12 &&
           one.resolution == evidence::Resolution::resolved && one.text.find('{') == std::string::npos;
  });
}

TEST(Truth, MacrosInSqlAreReadThrough) {
  std::size_t planted = 0, uses = 0;
  for (const auto& node : map().truth["tangles"]) {
    if (text(node, "kind") != "sql_macro") continue;
    ++planted;
    std::map<std::string, std::string> macros;  // USR -> module
    for (const auto& file : map().program.files)
      for (const auto& symbol : file.symbols)
        for (const auto& module : node["modules"])
          if (symbol.kind == facts::SymbolKind::macro && file.path.starts_with("src/" + module.as<std::string>() + "/"))
            macros[symbol.usr] = module.as<std::string>();
    Strings seen;
    for (const auto& file : map().program.files)
      for (const auto& reference : file.references) {
        const auto macro = macros.find(reference.to_usr);
        const bool path = std::any_of(map().evidence.routes.begin(), map().evidence.routes.end(), [&](const auto& route) {
          return route.at.file == reference.at.file && route.at.line == reference.at.line;
        });
        if (macro == macros.end() || reference.kind != facts::ReferenceKind::macro_use || path) continue;
        ++uses;
        EXPECT_TRUE(in_resolved_statement(reference.at)) << reference.to_name << " at " << place(reference.at);
        seen.insert(macro->second);
      }
    for (const auto& module : node["modules"]) EXPECT_TRUE(seen.count(module.as<std::string>())) << module;
  }
  EXPECT_EQ(planted, 1U);
  EXPECT_GE(uses, 6U);
}

TEST(Truth, TheGetThatWritesIsNamed) {
  const auto& findings = map().findings;
  const auto named = [&](const std::string& id) {
    return std::any_of(findings.begin(), findings.end(), [&](const auto& f) { return f.id == id; });
  };
  EXPECT_TRUE(named("get-writes:GET /api/products/{id}"));
  EXPECT_FALSE(named("get-writes:GET /api/inventory"));
  EXPECT_FALSE(named("get-writes:GET /api/orders/{id}"));
}

TEST(Truth, NothingCleanIsAccused) {
  Strings planted;
  for (const auto& node : map().truth["tables"]) planted.insert(text(node, "name"));
  for (const auto& node : map().truth["clean"]) {
    const std::string what = text(node, "what");
    const bool no_access = what != "trigger inside one module" && what != "transaction inside one module" &&
                           what != "constant global";
    for (const auto& access : map().evidence.accesses) {
      EXPECT_FALSE(no_access && place(access.at) == place(node))
          << what << ": " << access.table << " " << place(node);
    }
    for (const auto& finding : map().findings) {
      if (finding.kind == "unresolved-sql" || finding.kind == "shared-table") continue;
      EXPECT_FALSE(!finding.locations.empty() && place(finding.locations.front()) == place(node))
          << what << ": " << finding.id;
    }
  }
}

TEST(Truth, TheDraftNamesEveryRouteOnceAndIsStable) {
  advice::RouterConfigOptions options;
  const advice::Subject subject{map().graph, map().evidence, map().contexts};
  const std::string draft = advice::router_config(subject, options);
  EXPECT_EQ(draft, advice::router_config(subject, options));
  for (const auto& node : map().truth["routes"]) {
    const std::string route = "# " + text(node, "method") + " " + text(node, "path") + " -> ";
    const std::string staying = "#   " + text(node, "method") + " " + text(node, "path") + " (";
    const bool there = draft.find(route) != std::string::npos || draft.find(staying) != std::string::npos;
    EXPECT_TRUE(there) << route;
  }
  if (const char* file = std::getenv("BANYAN_DRAFT")) std::ofstream(file) << draft;
  options.grouping = advice::Grouping::context;
  if (const char* file = std::getenv("BANYAN_DRAFT_GROUPED"))
    std::ofstream(file) << advice::router_config(subject, options);
}

}  // namespace
}  // namespace banyan
