#include "analyzer/facts/merge.hpp"

#include <gtest/gtest.h>

namespace banyan::facts {
namespace {

FileFacts with_reference(const std::string& path, std::uint32_t line) {
  FileFacts facts;
  facts.path = path;
  facts.digest = "d";
  facts.references.push_back({"from", "to", "to", {path, line, 1}, ReferenceKind::call});
  return facts;
}

TEST(Merge, IsUnionAndIgnoresOrder) {
  const std::vector<FileFacts> one{with_reference("b.h", 2), with_reference("a.h", 1),
                                   with_reference("b.h", 1)};
  const std::vector<FileFacts> two{one[2], one[0], one[0], one[1]};
  const Program first = merge("/r", one, {"y", "x", "y"});
  const Program second = merge("/r", two, {"x", "y"});
  ASSERT_EQ(first.files.size(), 2U);
  EXPECT_EQ(first.files[1].references.size(), 2U);
  EXPECT_EQ(first.files, second.files);
  EXPECT_EQ(first.failed_units, second.failed_units);
}

TEST(Merge, FillsHolesThatNameAConstantOfAnotherFile) {
  FileFacts user;
  user.path = "a.cpp";
  StringValue value;
  value.at = {"a.cpp", 1, 1};
  value.pieces = {{true, "SELECT a FROM "}, {false, "table", "usr-of-table"}, {false, "other", "unknown"}};
  user.strings.push_back(value);
  FileFacts owner;
  owner.path = "b.cpp";
  Symbol constant;
  constant.usr = "usr-of-table";
  constant.initializer = "orders";
  constant.kind = SymbolKind::variable;
  owner.symbols.push_back(constant);
  const Program program = merge("/r", {user, owner}, {});
  ASSERT_EQ(program.files[0].strings[0].pieces.size(), 2U);
  EXPECT_EQ(program.files[0].strings[0].pieces[0].text, "SELECT a FROM orders");
  EXPECT_FALSE(program.files[0].strings[0].pieces[1].known);
}

TEST(Merge, LeavesHolesOfVariablesThatSomebodyWrites) {
  FileFacts facts;
  facts.path = "a.cpp";
  StringValue value;
  value.at = {"a.cpp", 1, 1};
  value.pieces = {{false, "table", "usr-of-table"}};
  facts.strings.push_back(value);
  Symbol variable;
  variable.usr = "usr-of-table";
  variable.initializer = "orders";
  variable.kind = SymbolKind::variable;
  variable.mutable_global = true;
  facts.symbols.push_back(variable);
  EXPECT_TRUE(merge("/r", {facts}, {}).files[0].strings[0].pieces[0].known);
  facts.references.push_back({"f", "usr-of-table", "table", {"a.cpp", 2, 1}, ReferenceKind::variable_write});
  EXPECT_FALSE(merge("/r", {facts}, {}).files[0].strings[0].pieces[0].known);
}

}  // namespace
}  // namespace banyan::facts
