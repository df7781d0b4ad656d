#include "tests/analyzer/facts/parse_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::facts::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Every case: the body of a function with `bool flag; int id; std::string name;`, and what reaches run().
struct Case {
  const char* body;
  std::vector<std::string> values;
};

std::string program(const std::string& body) {
  return R"(#include <string>
#include <sstream>
#include <cstdio>
#include <string_view>
#define TABLE "orders"
#define WHERE(column) " WHERE " column " = ?"
namespace db {
void run(const std::string& sql);
void run_c(const char* sql);
void run_f(const char* format, ...);
const std::string where = " WHERE id = ?";
constexpr const char* columns = "id, total";
constexpr std::string_view limit = " LIMIT 1";
static const char* const parts[] = {"SELECT 1", "SELECT 2"};
inline std::string all_of(const std::string& table) { return "SELECT * FROM " + table; }
struct Names { static constexpr const char* items = "items"; };
}
)" + body;
}

std::string function(const std::string& name, const std::string& body) {
  return "void " + name + "(bool flag, int id, std::string name) {\n  using namespace db;\n" + body + "\n}\n";
}

bool lambda_of(const UnitFacts& unit, const std::string& usr, const std::string& function_prefix) {
  for (const Symbol& symbol : file(unit).symbols) {
    if (symbol.usr == usr) return symbol.scope_usr.starts_with(function_prefix);
  }
  return false;
}

const Case kCases[] = {
    Case{R"(run("SELECT 1");)", {"SELECT 1"}},
    Case{R"(run("SELECT " "a" " FROM " TABLE);)", {"SELECT a FROM orders"}},
    Case{R"(run("SELECT a FROM " TABLE WHERE("id"));)", {"SELECT a FROM orders WHERE id = ?"}},
    Case{R"(run(R"q(SELECT "x")q");)", {"SELECT \"x\""}},
    Case{R"(run(std::string("SELECT ") + columns + " FROM t" + where);)",
         {"SELECT id, total FROM t WHERE id = ?"}},
    Case{R"(run("SELECT a FROM " + name);)", {"SELECT a FROM {name}"}},
    Case{R"(run("SELECT a LIMIT " + std::to_string(id));)", {"SELECT a LIMIT {std::to_string(id)}"}},
    Case{R"(std::string s = "SELECT a"; s += " FROM t"; run(s);)", {"SELECT a FROM t"}},
    Case{R"(std::string s; s.append("SELECT a").append(" FROM t"); run(s);)", {"SELECT a FROM t"}},
    Case{R"(std::string s = "SELECT a"; if (flag) s += where; run(s);)",
         {"SELECT a WHERE id = ?", "SELECT a"}},
    Case{R"(std::string s; if (flag) s = "SELECT 1"; else s = "SELECT 2"; run(s);)",
         {"SELECT 1", "SELECT 2"}},
    Case{R"(std::string s = "A"; if (flag) { s = "B"; return; } run(s);)", {"A"}},
    Case{R"(const char* s = flag ? "SELECT 1" : "SELECT 2"; run(s);)", {"SELECT 1", "SELECT 2"}},
    Case{R"(std::ostringstream o; o << "DELETE FROM " << TABLE << " WHERE id=" << id; run(o.str());)",
         {"DELETE FROM orders WHERE id={id}"}},
    Case{R"(std::ostringstream o; o << "A"; o << "B" << 7; run(o.str());)", {"AB7"}},
    Case{R"(char b[99]; snprintf(b, sizeof b, "UPDATE %s SET n=%d", TABLE, id); run(b);)",
         {"UPDATE orders SET n={id}"}},
    Case{R"(run(all_of("items"));)", {"SELECT * FROM items"}},
    Case{R"(run(all_of(Names::items) + where);)", {"SELECT * FROM items WHERE id = ?"}},
    Case{R"(std::string s = "SELECT a"; s.append(limit); run(s);)", {"SELECT a LIMIT 1"}},
    Case{R"(std::string s = "A"; for (int i = 0; i < id; ++i) s += ",?"; run(s);)", {"A,?", "A"}},
    Case{
        R"(std::string s; switch (id) { case 1: s = "A"; break; case 2: s = "B"; break; default: s = "C"; } run(s);)",
        {"A", "B", "C"}},
    Case{R"(auto f = [&](const std::string& t) { run("SELECT a FROM " + t); }; f("x");)",
         {"SELECT a FROM {t}"}},
    Case{R"(run(name);)", {"{name}"}}};

// One unit for all cases: parsing the library's headers is what costs time.
TEST(StringValues, ReachTheCall) {
  std::string code;
  for (std::size_t i = 0; i < std::size(kCases); ++i)
    code += function("test" + std::to_string(i), kCases[i].body);
  const UnitFacts unit = parse(program(code));
  for (std::size_t i = 0; i < std::size(kCases); ++i) {
    const std::string in = "c:@F@test" + std::to_string(i) + "#";
    std::vector<std::string> found;
    for (const StringValue& value : file(unit).strings) {
      const bool inside = value.in_usr.starts_with(in) || lambda_of(unit, value.in_usr, in);
      if (inside && value.callee_name == "db::run" && value.argument >= 0) found.push_back(text(value));
    }
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(kCases[i].values)) << kCases[i].body;
  }
}

TEST(Strings, AVariadicCallFormats) {
  const UnitFacts unit = parse(
      program(function("test", R"(run_f("SELECT %s FROM %s WHERE a=%d AND b='%%'", columns, "t", id);)")));
  EXPECT_THAT(texts(unit, "db::run_f"), testing::Contains("SELECT id, total FROM t WHERE a={id} AND b='%'"));
}

TEST(Strings, BracesAreFilledForFormatFunctions) {
  const UnitFacts unit = parse(R"(#include <string>
namespace fmt { template <class... A> std::string format(const char* f, const A&... a); }
void run(const std::string&);
void test(int id) { run(fmt::format("SELECT {} FROM {} WHERE id={{{}}}", "a", "t", id)); })");
  EXPECT_THAT(texts(unit, "run"), ElementsAre("SELECT a FROM t WHERE id={{id}}"));
}

TEST(Strings, AStreamedStatementGoesToItsOperator) {
  const UnitFacts unit = parse(R"(#include <string>
struct Session {};
struct Statement { template <class T> Statement& operator<<(const T&); };
Statement& operator<<(Session&, const char*);
void test(Session& session, int id) { session << "SELECT a FROM t WHERE id=" << id; })");
  const FileFacts& facts = file(unit);
  ASSERT_EQ(facts.strings.size(), 1U);
  EXPECT_EQ(text(facts.strings[0]), "SELECT a FROM t WHERE id={id}");
  EXPECT_EQ(facts.strings[0].object, "session");
}

TEST(Strings, AConstantOfAnotherFileIsAHoleThatNamesIt) {
  const UnitFacts unit = parse(R"(#include <string>
extern const std::string elsewhere;
void run(const std::string&);
void test() { run("SELECT a FROM " + elsewhere); })");
  const FileFacts& facts = file(unit);
  ASSERT_EQ(facts.strings.size(), 1U);
  ASSERT_EQ(facts.strings[0].pieces.size(), 2U);
  EXPECT_EQ(facts.strings[0].pieces[1].usr, symbol(unit, "elsewhere")->usr);
}

TEST(Strings, StepsOfBuildingNameTheirVariable) {
  const UnitFacts unit = parse(program(function("test", R"(std::string sql = "A"; sql += "B"; run(sql);)")));
  std::vector<std::string> steps;
  for (const StringValue& value : file(unit).strings) {
    if (value.object == "sql") steps.push_back(text(value) + (value.argument >= 0 ? " used" : " step"));
  }
  EXPECT_THAT(steps, UnorderedElementsAre("A step", "B step", "AB used"));
}

TEST(Strings, ConstantsCarryTheirInitializer) {
  const UnitFacts unit = parse(program(""));
  EXPECT_EQ(symbol(unit, "db::columns")->initializer, "id, total");
  EXPECT_EQ(symbol(unit, "db::where")->initializer, " WHERE id = ?");
  EXPECT_EQ(symbol(unit, "TABLE")->initializer, "orders");
}

TEST(Strings, TemplatesThatNobodyInstantiatesCount) {
  const UnitFacts unit = parse(R"x(struct Db { void exec(const char*); };
template <class T> void save(Db& db, T value) { db.exec("INSERT INTO t VALUES(1)"); value.send("x"); })x");
  EXPECT_THAT(texts(unit, "Db::exec"), ElementsAre("INSERT INTO t VALUES(1)"));
  EXPECT_THAT(texts(unit, "value.send"), ElementsAre("x"));
}

}  // namespace
}  // namespace banyan::facts::test
