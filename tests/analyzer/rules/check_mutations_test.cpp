// Sixty seeded edits of a real source tree (a dependency added, removed, moved to another file, a file renamed),
// each mapped and checked on its own: what `check` reports must be exactly the edit.
#include "tests/support/process.hpp"

#include <gtest/gtest.h>
#include <llvm/Support/JSON.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>

namespace banyan {
namespace {

namespace fs = std::filesystem;
namespace json = llvm::json;
using Dependency = std::pair<std::string, std::string>;  // unit "a/u0" uses unit "b/u1"
using Lines = std::set<std::string>;

const std::string program = BANYAN_BINARY_DIR "/bin/banyan-analyze";
const std::vector<std::string> modules = {"billing", "cart", "depot", "mail", "stock", "users"};
constexpr int units_per_module = 3;

std::string module_of(const std::string& unit) { return unit.substr(0, unit.find('/')); }
std::string function_of(const std::string& unit) {
  return module_of(unit) + "::" + unit.substr(unit.find('/') + 1) + "_run";
}

// Every other ordered pair of modules is forbidden.
bool forbidden(const std::string& from, const std::string& to) {
  const auto index = [](const std::string& m) {
    return std::find(modules.begin(), modules.end(), m) - modules.begin();
  };
  return module_of(from) != module_of(to) && (2 * index(module_of(from)) + index(module_of(to))) % 3 != 0;
}

struct Tree {
  std::set<std::string> units;
  std::set<Dependency> uses;
};

std::string source_of(const Tree& tree, const std::string& unit) {
  std::string text = "#include \"" + unit + ".hpp\"\n", calls;
  for (const auto& [from, to] : tree.uses) {
    if (from != unit) continue;
    text += "#include \"" + to + ".hpp\"\n";
    calls += " + " + function_of(to) + "(depth - 1)";
  }
  return text + "namespace " + module_of(unit) + " {\nint " + unit.substr(unit.find('/') + 1) +
         "_run(int depth) { return depth < 1 ? 0 : 1" + calls + "; }\n}\n";
}

class Workspace {
 public:
  void write(const Tree& tree) {
    std::string database = "[";
    std::set<std::string> wanted;
    for (const std::string& unit : tree.units) {
      wanted.insert({unit + ".hpp", unit + ".cpp"});
      put(unit + ".hpp", "#pragma once\nnamespace " + module_of(unit) + " {\nint " +
                             unit.substr(unit.find('/') + 1) + "_run(int depth);\n}\n");
      put(unit + ".cpp", source_of(tree, unit));
      const std::string root = source();
      database += std::string(database.size() > 1 ? ",\n" : "") + "{\"directory\": \"" + root + "\", \"file\": \"" +
                  root + "/" + unit + ".cpp\", \"arguments\": [\"c++\", \"-std=c++20\", \"-I" + root +
                  "\", \"-c\", \"" + root + "/" + unit + ".cpp\"]}";
    }
    for (const std::string& old : written_)
      if (!wanted.contains(old)) fs::remove(dir_ / ("tree/" + old));
    written_ = wanted;
    put("compile_commands.json", database + "]\n");
  }

  void put(const std::string& name, const std::string& text) {
    const fs::path path = dir_ / ("tree/" + name);
    fs::create_directories(path.parent_path());
    if (!fs::exists(path) || support::read_file(path) != text) support::write_file(path, text);
  }

  support::Output run(std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    words.insert(words.end(), {"-o", (dir_ / "out").string()});
    return support::run(words);
  }
  void map() const {
    const auto done = run({"map", "-p", source(), "--root", source(), "--progress", "none"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  std::string source() const { return (dir_ / "tree").string(); }

 private:
  support::TempDir dir_;
  std::set<std::string> written_;
};

std::string rules() {
  std::string text = "version: 1\nrules:\n  forbidden:\n";
  for (const auto& a : modules)
    for (const auto& b : modules)
      if (forbidden(a + "/", b + "/"))
        text += "    - {name: " + a + "-without-" + b + ", from: {path: " + a + "/}, to: {path: " + b + "/}}\n";
  return text;
}

std::string key(const Dependency& use) { return use.first + ".cpp>" + use.second + ".hpp"; }

template <typename Set>
auto pick(const Set& set, std::mt19937_64& random) {
  return *std::next(set.begin(), static_cast<std::ptrdiff_t>(random() % set.size()));
}

// A dependency that is not there yet and is forbidden.
Dependency fresh(const Tree& tree, std::mt19937_64& random) {
  for (;;) {
    const Dependency use{pick(tree.units, random), pick(tree.units, random)};
    if (use.first != use.second && forbidden(use.first, use.second) && !tree.uses.contains(use)) return use;
  }
}

Dependency present(const Tree& tree, std::mt19937_64& random) {
  for (;;) {
    const Dependency use = pick(tree.uses, random);
    if (forbidden(use.first, use.second)) return use;
  }
}

struct Mutation {
  Tree tree;
  Lines expected;  // "new K", "stale K", "moved K<K", "renamed K<K"
};

Mutation rename(Tree tree, std::mt19937_64& random) {
  const Dependency use = present(tree, random);
  const std::string old = random() % 2 == 0 ? use.first : use.second, now = old + "_x";
  Mutation out;
  const auto named = [&](const std::string& unit) { return unit == old ? now : unit; };
  for (const auto& unit : tree.units) out.tree.units.insert(named(unit));
  for (const auto& one : tree.uses) {
    const Dependency renamed{named(one.first), named(one.second)};
    out.tree.uses.insert(renamed);
    if (renamed != one && forbidden(one.first, one.second))
      out.expected.insert("renamed " + key(renamed) + "<" + key(one));
  }
  return out;
}

Mutation mutate(int kind, Tree tree, std::mt19937_64& random) {
  if (kind == 0) {
    const Dependency use = fresh(tree, random);
    tree.uses.insert(use);
    return {tree, {"new " + key(use)}};
  }
  if (kind == 1) {
    const Dependency use = present(tree, random);
    tree.uses.erase(use);
    return {tree, {"stale " + key(use)}};
  }
  if (kind == 3) return rename(tree, random);
  for (;;) {
    const Dependency use = present(tree, random);
    const Dependency moved{module_of(use.first) + "/u" + std::to_string(random() % units_per_module), use.second};
    if (tree.uses.contains(moved)) continue;
    tree.uses.erase(use), tree.uses.insert(moved);
    return {tree, {"moved " + key(moved) + "<" + key(use)}};
  }
}

std::string key_of(const json::Object& one) {
  return one.getString("from").value_or("?").str() + ">" + one.getString("to").value_or("?").str();
}

Lines reported(const std::string& text) {
  Lines out;
  auto parsed = json::parse(text);
  if (!parsed) return {"not JSON: " + llvm::toString(parsed.takeError())};
  const json::Object& root = *parsed->getAsObject();
  for (const auto& one : *root.getArray("new")) out.insert("new " + key_of(*one.getAsObject()));
  for (const auto& one : *root.getArray("stale")) out.insert("stale " + key_of(*one.getAsObject()));
  for (const auto& one : *root.getArray("moved"))
    out.insert(one.getAsObject()->getString("change")->str() + " " + key_of(*one.getAsObject()) + "<" +
               key_of(*one.getAsObject()->getObject("was")));
  return out;
}

Tree first_tree(std::mt19937_64& random) {
  Tree tree;
  for (const auto& module : modules)
    for (int unit = 0; unit < units_per_module; ++unit) tree.units.insert(module + "/u" + std::to_string(unit));
  while (tree.uses.size() < 40) {
    const Dependency use{pick(tree.units, random), pick(tree.units, random)};
    if (use.first != use.second) tree.uses.insert(use);
  }
  return tree;
}

TEST(CheckMutations, SixtyEditsAreReportedExactly) {
  std::mt19937_64 random(20261126);
  Workspace work;
  const Tree first = first_tree(random);
  work.put("banyan.yaml", rules());
  work.write(first);
  work.map();
  const auto before = work.run({"check"});
  EXPECT_EQ(before.exit_code, 1) << before.err;
  ASSERT_EQ(work.run({"baseline", "create"}).exit_code, 0);
  const auto after = work.run({"check"});
  EXPECT_EQ(after.exit_code, 0) << after.out << after.err;
  EXPECT_EQ(after.out, "");

  std::size_t expected = 0, found = 0, right = 0;
  for (int i = 0; i < 60; ++i) {
    const Mutation mutation = mutate(i % 4, first, random);
    work.write(mutation.tree);
    work.map();
    const auto checked = work.run({"check", "--format", "json"});
    EXPECT_EQ(checked.exit_code, 1) << checked.err;
    const Lines lines = reported(checked.out);
    EXPECT_EQ(lines, mutation.expected) << "mutation " << i;
    expected += mutation.expected.size(), found += lines.size();
    for (const auto& line : lines) right += mutation.expected.contains(line);
  }
  std::cout << "60 mutations, " << expected << " changes: recall " << right << "/" << expected << ", precision "
            << right << "/" << found << "\n";
  EXPECT_EQ(right, expected);
  EXPECT_EQ(right, found);
}

TEST(CheckMutations, LegalEditsAndMovedLinesAreSilent) {
  std::mt19937_64 random(7);
  Workspace work;
  Tree tree = first_tree(random);
  work.put("banyan.yaml", rules());
  work.write(tree);
  work.map();
  ASSERT_EQ(work.run({"baseline", "create"}).exit_code, 0);
  for (int i = 0; i < 8; ++i) {
    const Dependency use{pick(tree.units, random), pick(tree.units, random)};
    if (use.first != use.second && !forbidden(use.first, use.second)) tree.uses.insert(use);
  }
  work.write(tree);
  const std::string file = first_tree(random).units.begin()->data();
  work.put(file + ".cpp", "// a comment\n\n\n" + source_of(tree, file));
  work.map();
  const auto checked = work.run({"check"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_EQ(checked.out, "");
}

TEST(CheckMutations, PruneOnlyShortensAndCreateRefusesToLengthen) {
  std::mt19937_64 random(11);
  Workspace work;
  const Tree tree = first_tree(random);
  work.put("banyan.yaml", rules());
  work.write(tree);
  work.map();
  ASSERT_EQ(work.run({"baseline", "create"}).exit_code, 0);
  const auto lines = [&] {
    const std::string text = support::read_file(work.source() + "/banyan-baseline.json");
    return std::count(text.begin(), text.end(), '\n');
  };
  const auto long_list = lines();
  Tree shorter = tree;
  shorter.uses.erase(present(tree, random));
  work.write(shorter);
  work.map();
  EXPECT_EQ(work.run({"check", "--fail-on", "error"}).exit_code, 1);
  EXPECT_EQ(work.run({"check", "--fail-on", "never"}).exit_code, 0);
  const auto sarif = work.run({"check", "--format", "sarif"});
  EXPECT_TRUE(static_cast<bool>(json::parse(sarif.out)));
  EXPECT_NE(sarif.out.find("stale-baseline-entry"), std::string::npos);
  EXPECT_NE(sarif.out.find("2.1.0"), std::string::npos);
  EXPECT_EQ(work.run({"baseline", "prune"}).exit_code, 0);
  EXPECT_EQ(lines(), long_list - 1);
  EXPECT_EQ(work.run({"check"}).exit_code, 0);
  work.write(tree);
  work.map();
  EXPECT_EQ(work.run({"check"}).exit_code, 1);
  EXPECT_EQ(work.run({"baseline", "create"}).exit_code, 2);
  EXPECT_EQ(work.run({"baseline", "prune"}).exit_code, 0);
  EXPECT_EQ(lines(), long_list - 1);
  EXPECT_EQ(work.run({"check", "--baseline", "/nowhere/b.json"}).exit_code, 2);
}

TEST(CheckMutations, WhatABrokenUnitHidesIsNotTakenForFixed) {
  std::mt19937_64 random(13);
  Workspace work;
  const Tree tree = first_tree(random);
  work.put("banyan.yaml", rules());
  work.write(tree);
  work.map();
  ASSERT_EQ(work.run({"baseline", "create"}).exit_code, 0);
  const std::string before = support::read_file(work.source() + "/banyan-baseline.json");
  const std::string unit = present(tree, random).first;
  work.put(unit + ".cpp", "#error broken\n");
  EXPECT_EQ(work.run({"map", "-p", work.source(), "--root", work.source(), "--max-failed-tus", "90"}).exit_code, 0);
  const auto checked = work.run({"check"});
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_NE(checked.err.find("units have errors"), std::string::npos) << checked.err;
  EXPECT_EQ(work.run({"baseline", "prune"}).exit_code, 2);
  EXPECT_EQ(support::read_file(work.source() + "/banyan-baseline.json"), before);
}

}  // namespace
}  // namespace banyan
