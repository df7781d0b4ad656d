// Whole evidence from source text: which strings count as SQL, and what the schema says.
#include "tests/analyzer/evidence/program_support.hpp"

namespace banyan::evidence::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Program, StringsAreFollowedHoweverTheyAreBuilt) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {R"cpp(db.query(
                 "SELECT id "
                 "FROM orders");)cpp",
       "read orders"},
      {R"cpp(std::string sql = "SELECT id FROM orders";
             sql += " WHERE id = ";
             sql += std::to_string(id);
             db.query(sql);)cpp",
       "read orders"},
      {R"cpp(std::string sql = "UPDATE ";
             sql += "stock SET on_hand = 1";
             db.query(sql);)cpp",
       "update stock"},
      {R"cpp(db.query("DELETE FROM orders WHERE id = " + std::to_string(id));)cpp", "remove orders"},
      {R"cpp(std::ostringstream sql;
             sql << "INSERT INTO stock (sku) VALUES (" << id << ")";
             db.query(sql.str());)cpp",
       "insert stock"},
      {R"cpp(char sql[80];
             std::snprintf(sql, sizeof sql, "SELECT id FROM orders WHERE id = %d", id);
             db.exec(sql);)cpp",
       "read orders"},
      {R"cpp(const char* sql = id ? "SELECT id FROM orders" : "SELECT id FROM orders WHERE id = 1";
             db.exec(sql);)cpp",
       "read orders"},
      {R"cpp(std::string sql;
             if (id)
               sql = "SELECT id FROM orders";
             else
               sql = "SELECT id FROM orders WHERE id=2";
             db.query(sql);)cpp",
       "read orders"},
      {R"cpp(std::string sql("SELECT id FROM orders");
             sql.append(" WHERE total > 1");
             db.query(sql);)cpp",
       "read orders"},
      {R"sql(db.query(R"cpp(SELECT id
           FROM orders)cpp");)sql",
       "read orders"},
      {R"cpp(static const char* const kSql = "SELECT id FROM orders";
             db.exec(kSql);)cpp",
       "read orders"},
      {R"cpp(db.query(fmt::format("UPDATE {} SET status = '{}' WHERE id = {}", "orders", id, id));)cpp", "update orders"},
      {R"cpp(db.query(std::string(kView) + " WHERE id = 1");)cpp", "read users"},
      {R"cpp(std::string sql = "INSERT INTO stock (sku) VALUES ";
             for (int i = 0; i < id; ++i) sql += "('" + std::to_string(i) + "'),";
             sql.pop_back();
             db.query(sql);)cpp",
       "insert stock"},
      {R"cpp(std::string where = " WHERE total > 3";
             db.query("SELECT id FROM orders" + where);)cpp",
       "read orders"},
  };
  std::string source =
      "#include <string_view>\n"
      "namespace fmt { template <class... A> std::string format(const std::string& text, A&&... values); }\n"
      "constexpr std::string_view kView = \"SELECT name FROM users\";\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    source += "void row" + std::to_string(i) + "_(Db& db, int id) { (void)id; " + rows[i].first + " }\n";
  }
  const Evidence evidence = evidence_of(source);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<TableAccess> own;
    for (const TableAccess& access : evidence.accesses) {
      if (access.in_usr.find("row" + std::to_string(i) + "_#") != std::string::npos) own.push_back(access);
    }
    EXPECT_THAT(accesses(own), ElementsAre(rows[i].second)) << rows[i].first;
  }
}

// MySQL's INSERT .. SET is whole: what the same session is told next is another statement.
TEST(Program, WhatASessionIsStreamedAfterInsertSetIsAnotherStatement) {
  const Evidence evidence = evidence_of(
      "struct Session { template <class T> Session& operator<<(const T&); };\n"
      "void fill(Session& sql) { sql << \"INSERT INTO orders SET id = 17\"; sql << \"SELECT name FROM users\"; }\n");
  EXPECT_THAT(accesses(evidence.accesses), ElementsAre("insert orders", "read users"));
  EXPECT_EQ(evidence.statements.size(), 2u);
  for (const auto& statement : evidence.statements) EXPECT_EQ(statement.text.find("17S"), std::string::npos);
}

TEST(Program, ConstantsOfOtherFilesAreFollowed) {
  const std::vector<SourceFile> sources = {
      {"sql.hpp", "#pragma once\n#include <string>\nextern const std::string load_order;\n"},
      {"sql.cpp", "#include \"sql.hpp\"\nconst std::string load_order = \"SELECT id FROM orders\";\n"},
      {"use.cpp", "#include \"sql.hpp\"\n#include \"db.hpp\"\n"
                  "void use(Db& db, int id) { db.query(load_order + \" WHERE id = \" + std::to_string(id)); }\n"},
      {"db.hpp", "#pragma once\n" + prelude}};
  const Evidence evidence = collect(program_of(sources), {{}, {schema}});
  EXPECT_THAT(accesses(evidence.accesses), ElementsAre("read orders"));
  for (const TableAccess& access : evidence.accesses) EXPECT_EQ(access.at.file, "use.cpp");
}

TEST(Program, TextThatOnlyTalksIsNotExecuted) {
  const std::vector<std::string> rows = {
      R"cpp(log_info("SELECT id FROM orders failed");)cpp",
      R"cpp(std::cout << "DELETE FROM orders";)cpp",
      R"cpp(std::fprintf(stderr, "UPDATE stock SET on_hand = 1");)cpp",
      R"cpp(throw std::runtime_error("INSERT INTO orders (id) VALUES (1)");)cpp",
      R"cpp(db.query("Select the orders from the list");)cpp",
      R"cpp(show("Select an item from stock");)cpp",
      R"cpp(show("Update your profile");)cpp",
      R"cpp(show("delete from here");)cpp",
      R"cpp(show("SELECT * FROM the_manual");)cpp",
  };
  std::string source = "void show(const std::string&);\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    source += "void row" + std::to_string(i) + "_(Db& db) { (void)db; " + rows[i] + " }\n";
  }
  for (const TableAccess& access : evidence_of(source).accesses)
    ADD_FAILURE() << access.in_usr << " uses " << access.table;
}

TEST(Program, LoggedStatementsAreListedAsNotExecuted) {
  const Evidence evidence = evidence_of(R"cpp(void f() { log_info("SELECT id FROM orders"); })cpp");
  ASSERT_EQ(evidence.statements.size(), 1U);
  EXPECT_THAT(evidence.statements[0].reason, HasSubstr("not executed"));
}

TEST(Program, UnreadableTextForASinkIsListed) {
  const Evidence evidence = evidence_of(R"cpp(
    std::string from_file(int n);
    void f(Db& db) { db.query("SELECT id FROM orders"); }
    void g(Db& db) { db.query(from_file(3)); }
    void h(Db& db, const std::string& table) { db.query("SELECT id FROM " + table); })cpp");
  Strings unresolved;
  for (const Statement& statement : evidence.statements) {
    if (statement.resolution == Resolution::unresolved) unresolved.push_back(statement.text);
  }
  EXPECT_THAT(unresolved, ElementsAre(HasSubstr("from_file"), HasSubstr("table")));
  EXPECT_THAT(accesses(evidence.accesses), ElementsAre("read orders"));
}

// What a formatting function, a log or a file is given is no statement, although SQL goes through it too.
TEST(Program, OnlyWhatRunsSqlIsASink) {
  const Evidence evidence = evidence_of(R"cpp(
    std::string stringtf(const char* format, ...);
    std::string join(const std::string& a, const std::string& b);
    void remember(const std::string& text);
    void f(Db& db, int n, const std::string& folder) {
      db.query(stringtf("SELECT id FROM orders WHERE id = %d", n));
      db.query(join("SELECT id FROM users", " LIMIT 3"));
      remember(stringtf("%s/%d.log", folder.c_str(), n));
      remember(join(folder, "x"));
      remember("SELECT id FROM stock");
      remember("a note");
      remember("another note");
      remember(folder);
      db.query(folder);
    })cpp");
  Strings unresolved;
  for (const Statement& statement : evidence.statements) {
    if (statement.resolution == Resolution::unresolved) unresolved.push_back(statement.text);
  }
  EXPECT_THAT(unresolved, ElementsAre(HasSubstr("{join("), "{folder}"));
  EXPECT_THAT(accesses(evidence.accesses), ElementsAre("read orders", "read stock", "read users"));
}

TEST(Program, AWholeSchemaKnowsEveryTable) {
  std::string source;
  for (int i = 0; i < 10; ++i)
    source += "void f" + std::to_string(i) + "(Db& db) { db.query(\"SELECT id FROM orders\"); }\n";
  const Evidence evidence = evidence_of(source + R"cpp(
    void typo(Db& db) { db.query("SELECT id FROM purchase WHERE id = 1"); }
    void both(Db& db) { db.query("SELECT o.id FROM orders o JOIN shelf s ON s.id = o.id"); })cpp");
  EXPECT_EQ(evidence.tables.size(), 3U);
  Strings open;
  for (const Statement& statement : evidence.statements) {
    if (statement.resolution != Resolution::resolved) open.push_back(statement.reason);
  }
  EXPECT_THAT(open, ElementsAre(HasSubstr("declares purchase"), HasSubstr("declares shelf")));
}

TEST(Program, WrappersAreNotUnresolved) {
  const Evidence evidence = evidence_of(R"cpp(
    extern "C" int sqlite3_exec(void*, const char*, void*, void*, char**);
    struct Wrapper {
      void run(const std::string& sql) { sqlite3_exec(nullptr, sql.c_str(), nullptr, nullptr, nullptr); }
    };
    void f(Wrapper& w) { w.run("DELETE FROM stock"); })cpp");
  for (const Statement& statement : evidence.statements)
    EXPECT_NE(statement.resolution, Resolution::unresolved) << statement.text;
  EXPECT_THAT(accesses(evidence.accesses), ElementsAre("remove stock"));
}

TEST(Program, SchemaComesFromLiteralsAndFilesOfAnyDialect) {
  const Evidence evidence = evidence_of(
      R"x(void create(Db& db) { db.exec("CREATE TABLE IF NOT EXISTS notes (id INTEGER, order_id INTEGER REFERENCES orders(id))"); })x",
      {{"mysql.sql",
        "CREATE TABLE `Events` (\n `Id` int(10) unsigned NOT NULL auto_increment,\n `Key` enum('a','b') "
        "default 'a',\n"
        " PRIMARY KEY (`Id`),\n KEY `Events_Key` (`Key`),\n CONSTRAINT f FOREIGN KEY (`Id`) REFERENCES "
        "`Frames` (`Id`)\n) "
        "ENGINE=InnoDB DEFAULT CHARSET=utf8;\n"},
       {"pg.sql",
        "CREATE TABLE public.items (id bigserial PRIMARY KEY, key varchar(64), price numeric(10,2) DEFAULT "
        "0::numeric);\n"
        "ALTER TABLE ONLY public.items ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES public.events(id);\n"
        "ALTER TABLE public.items ADD COLUMN IF NOT EXISTS note text;\n"}});
  ASSERT_EQ(evidence.tables.size(), 3U);
  EXPECT_EQ(evidence.tables[0].name, "Events");
  EXPECT_THAT(evidence.tables[0].columns, ElementsAre("Id", "Key"));
  ASSERT_EQ(evidence.tables[0].foreign_keys.size(), 1U);
  EXPECT_EQ(evidence.tables[0].foreign_keys[0].table, "Frames");
  EXPECT_THAT(evidence.tables[1].columns, ElementsAre("id", "key", "price", "note"));
  EXPECT_EQ(evidence.tables[1].foreign_keys.at(0).table, "Events");
  EXPECT_EQ(evidence.tables[1].at, (Location{"pg.sql", 1, 1}));
  EXPECT_EQ(evidence.tables[2].name, "notes");
  EXPECT_EQ(evidence.tables[2].foreign_keys.at(0).columns, Strings{"order_id"});
}

TEST(Program, TriggersOfEveryDialectWrite) {
  const Evidence evidence =
      evidence_of("", {schema, {"triggers.sql", R"cpp(
                                  CREATE TRIGGER a AFTER INSERT ON orders BEGIN UPDATE stock SET on_hand = 0;
                                  DELETE FROM users;
                                  END;
                                  CREATE TRIGGER b BEFORE DELETE ON orders FOR EACH ROW UPDATE users SET name = 'x';
                                  CREATE FUNCTION note() RETURNS trigger AS $$ BEGIN IF NEW.total > 1 THEN INSERT INTO users(id) VALUES(1);
                                  END IF;
                                  RETURN NEW;
                                  END;
                                  $$ LANGUAGE plpgsql;
                                  CREATE TRIGGER c AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();
                                )cpp"}});
  Strings seen;
  for (const Trigger& trigger : evidence.triggers) {
    for (const std::string& table : trigger.writes) {
      seen.push_back(trigger.name + " " + std::to_string(static_cast<int>(trigger.event)) + " " + table);
    }
  }
  EXPECT_THAT(seen, ElementsAre("a 1 stock", "a 1 users", "b 3 users", "c 1 users", "c 2 users"));
}

TEST(Program, TheOrderOfUnitsNeverShows) {
  const std::string a = prelude + "void a(Db& db) { db.query(\"SELECT x FROM Things\"); }\n";
  const std::string b = prelude + "void b(Db& db) { db.query(\"SELECT y FROM things WHERE z = 1\"); }\n";
  const Evidence first = collect(program_of({{"a.cpp", a}, {"b.cpp", b}}), {});
  const Evidence second = collect(program_of({{"b.cpp", b}, {"a.cpp", a}}), {});
  EXPECT_EQ(first.accesses, second.accesses);
  EXPECT_EQ(first.tables, second.tables);
  ASSERT_EQ(first.tables.size(), 1U);
}

}  // namespace
}  // namespace banyan::evidence::testing
