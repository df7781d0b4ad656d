// Keeps the written-down truth about this code base true: every line it points at says what it should, every route
// it lists exists, and the table accesses it lists are those that SQLite sees while every endpoint is used.
#include "shop_fixture.hpp"

#include <stdlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace shop::test {
namespace {

using Entry = std::map<std::string, std::string>;

std::string unquoted(const std::string& text) {
  if (text.size() < 2 || text.front() != '"') return text;
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    out += text[i];
  }
  return out;
}

// The file is plain: top-level keys, lists of maps with scalar members ("  - key: value", "    key: value").
std::map<std::string, std::vector<Entry>> read_truth() {
  static const std::regex first("  - (\\w+): ?(.*)"), more("    (\\w+): ?(.*)"), section("(\\w+):");
  std::map<std::string, std::vector<Entry>> truth;
  std::ifstream in(SHOP_TRUTH);
  std::string line, name;
  std::smatch match;
  while (std::getline(in, line)) {
    if (std::regex_match(line, match, section)) {
      name = match[1];
    } else if (std::regex_match(line, match, first)) {
      truth[name].push_back({{match[1], unquoted(match[2])}});
    } else if (std::regex_match(line, match, more) && !truth[name].empty()) {
      truth[name].back()[match[1]] = unquoted(match[2]);
    }
  }
  return truth;
}

std::string line_of(const std::string& file, int number) {
  std::ifstream in(std::string(SHOP_SOURCE) + "/" + file);
  std::string line;
  for (int i = 0; i < number; ++i) {
    if (!std::getline(in, line)) return "<no such line>";
  }
  return line;
}

TEST(truth_lines, EveryPlaceSaysWhatIsWrittenDown) {
  const auto truth = read_truth();
  int checked = 0;
  for (const auto& [section, entries] : truth) {
    for (const auto& entry : entries) {
      if (!entry.contains("text")) continue;
      const std::string line = line_of(entry.at("file"), std::stoi(entry.at("line")));
      EXPECT_NE(line.find(entry.at("text")), std::string::npos)
          << section << ": " << entry.at("file") << ":" << entry.at("line") << " is '" << line << "', not '"
          << entry.at("text") << "'";
      ++checked;
    }
  }
  EXPECT_GT(checked, 300);
}

TEST(truth_lines, FunctionsAreOnPlacesOfTheirFiles) {
  const auto truth = read_truth();
  for (const auto& access : truth.at("accesses")) {
    const std::string function = access.at("function");
    const std::string name = function.substr(function.rfind(':') + 1) + "(";
    const std::string file = access.contains("use_file") ? access.at("use_file") : access.at("file");
    std::ifstream in(std::string(SHOP_SOURCE) + "/" + file);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    EXPECT_NE(all.find(name), std::string::npos) << name << " in " << file;
  }
}

class truth_routes : public ShopTest {};

TEST_F(truth_routes, AreTheRoutersOwn) {
  std::set<std::string> listed, real;
  const auto truth = read_truth();
  for (const auto& route : truth.at("routes")) listed.insert(route.at("method") + " " + route.at("path"));
  for (const auto& route : shop.router().routes()) real.insert(route.method + " " + route.path);
  EXPECT_EQ(listed, real);
}

class truth_tables : public ShopTest {};

TEST_F(truth_tables, AreTheDatabasesOwn) {
  std::set<std::string> listed, real;
  const auto truth = read_truth();
  for (const auto& table : truth.at("tables")) {
    if (!table.contains("when")) listed.insert(table.at("name"));
  }
  for (const auto& trigger : truth.at("triggers")) listed.insert(trigger.at("name"));
  for (auto row = shop.db().select(
           "SELECT name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite_%'");
       row.next();) {
    real.insert(row.text(0));
  }
  EXPECT_EQ(listed, real);
}

bool has_word(const std::string& text, const std::string& word) {
  return std::regex_search(text, std::regex("\\b" + word + "\\b"));
}

// "table mode via" of one traced statement, by the rules at the top of the truth file.
struct Traced {
  std::string sql;
  std::set<std::string> written;                          // "table via"
  std::vector<std::array<std::string, 3>> accesses;  // table, mode, via
};

void collect(const Traced& statement, const std::map<std::string, std::string>& triggers,
             std::set<std::string>& seen) {
  for (const auto& [table, mode, via] : statement.accesses) {
    const bool own_target = mode == "read" && statement.written.contains(table + " " + via);
    const bool also_source = std::regex_search(statement.sql, std::regex("\\b(FROM|JOIN) +" + table + "\\b")) &&
                             statement.sql.rfind("DELETE", 0) != 0;
    if (own_target && !also_source) continue;
    const auto trigger = triggers.find(via);
    if (trigger != triggers.end() && trigger->second == table && mode == "read") continue;
    if (via.empty() && !has_word(statement.sql, table)) continue;  // a flattened view, reported without its name
    seen.insert(table + " " + mode + " " + via);
  }
}

std::set<std::string> read_trace(const std::string& path, const std::map<std::string, std::string>& triggers) {
  std::set<std::string> seen;
  Traced statement;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields;
    for (std::size_t at = 0; at != std::string::npos;) {
      const auto tab = line.find('\t', at);
      fields.push_back(line.substr(at, tab - at));
      at = tab == std::string::npos ? tab : tab + 1;
    }
    if (fields[0] == "SQL") {
      collect(statement, triggers, seen);
      statement = {fields[1], {}, {}};
    } else if (fields.size() == 5 && fields[2].rfind("sqlite_", 0) != 0) {
      statement.accesses.push_back({fields[2], fields[1], fields[4]});
      if (fields[1] != "read") statement.written.insert(fields[2] + " " + fields[4]);
    }
  }
  collect(statement, triggers, seen);
  return seen;
}

// The archive's tables only exist at run time: dynamic_sql has them.
bool is_archive(const std::string& access) { return access.rfind("refunds_archive ", 0) == 0; }

TEST(truth_trace, ListsExactlyWhatSqliteSees) {
  const std::string directory = make_temp_directory(), trace = directory + "/trace";
  std::set<std::string> seen;
  const auto truth = read_truth();
  std::map<std::string, std::string> triggers;
  for (const auto& trigger : truth.at("triggers")) triggers[trigger.at("name")] = trigger.at("table");
  {
    Shop shop;
    ::setenv("SHOP_TRACE_SQL", trace.c_str(), 1);
    core::start_modules(directory + "/traced.db");
    core::seed_all(shop.db());
    visit_everything(shop);
    ::unsetenv("SHOP_TRACE_SQL");
  }
  seen = read_trace(trace, triggers);
  std::set<std::string> listed;
  for (const auto& access : truth.at("accesses")) {
    if (access.contains("when")) continue;
    const std::string via = access.contains("via") ? access.at("via") : "";
    listed.insert(access.at("table") + " " + access.at("mode") + " " + via);
  }
  for (const auto& access : seen) {
    EXPECT_TRUE(listed.contains(access) || is_archive(access)) << "SQLite saw, nobody wrote down: " << access;
  }
  for (const auto& access : listed) {
    EXPECT_TRUE(seen.contains(access)) << "written down, but SQLite never saw: " << access;
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace shop::test
