// Whole evidence from source text: which strings count as SQL, what handlers reach, transactions, shared
// state.
#include "analyzer/evidence/reach.hpp"
#include "tests/analyzer/evidence/source_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace banyan::evidence::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Strings = std::vector<std::string>;

const std::string prelude = R"cpp(
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
  struct Db {
    void query(const std::string& sql);
    void exec(const char* sql);
    static Db& instance();
  };
  void log_info(const std::string& text);
)cpp";

const SqlFile schema = {"schema.sql", R"cpp(
                          CREATE TABLE orders(id INTEGER, status TEXT, total INTEGER);
                          CREATE TABLE stock(sku TEXT, on_hand INTEGER);
                          CREATE TABLE users(id INTEGER, name TEXT);
                        )cpp"};

Evidence evidence_of(const std::string& source, std::vector<SqlFile> files = {schema}) {
  Strings errors;
  const facts::Program program = program_of({{"main.cpp", prelude + source}}, &errors);
  EXPECT_THAT(errors, IsEmpty());
  return collect(program, {{}, std::move(files)});
}

// "read orders", without columns and repeats.
Strings accesses(const std::vector<TableAccess>& list) {
  static const Strings modes = {"read ", "insert ", "update ", "remove "};
  std::set<std::string> out;
  for (const TableAccess& access : list) {
    out.insert(modes[static_cast<std::size_t>(access.mode)] + access.table +
               (access.via.empty() ? "" : " via " + access.via));
  }
  return {out.begin(), out.end()};
}

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
      {R"cpp(std::string where = " WHERE total > 3";
             db.query("SELECT id FROM orders" + where);)cpp",
       "read orders"},
  };
  std::string source;
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

TEST(Program, RoutesReachTablesThroughCallsVirtualsAndLambdas) {
  const std::string source = prelude + R"cpp(
    struct Store {
      virtual ~Store() = default;
      virtual void save() = 0;
    };
    struct SqlStore : Store {
      Db db;
      void save() override { db.query("INSERT INTO orders (id) VALUES (1)"); }
    };
    struct Router {
      void add(const std::string&, const std::string&, std::function<void()>);
    };
    void helper(Db& db) { db.query("SELECT id FROM users"); }
    void setup(Router& router, Store& store, Db& db) {
      router.add("GET", "/users", [&] { helper(db); });
      router.add("POST", "/orders", [&] { store.save(); });
    })cpp";
  const facts::Program program = program_of({{"main.cpp", source}});
  const Evidence evidence = collect(program, {{}, {schema}});
  const std::vector<RouteReach> reached = reach_routes(program, evidence);
  ASSERT_EQ(reached.size(), 2U);
  EXPECT_EQ(evidence.routes[0].path, "/users");
  EXPECT_THAT(accesses(reached[0].accesses), ElementsAre("read users"));
  EXPECT_THAT(accesses(reached[1].accesses), ElementsAre("insert orders"));
}

Strings transactions_of(const std::string& source) {
  Strings out;
  for (const Transaction& transaction : evidence_of(source).transactions) {
    std::string line = transaction.how + ":";
    for (const std::string& access : accesses(transaction.accesses)) line += " " + access;
    out.push_back(line);
  }
  return out;
}

TEST(Program, TransactionsByGuardLiteralAndHelper) {
  EXPECT_THAT(transactions_of(R"cpp(
                struct Transaction {
                  explicit Transaction(Db&);
                  ~Transaction();
                  void commit();
                };
                void inner(Db& db) { db.query("UPDATE stock SET on_hand = 0"); }
                void f(Db& db) {
                  db.query("SELECT id FROM users");
                  {
                    Transaction tx(db);
                    inner(db);
                    db.query("DELETE FROM orders");
                    tx.commit();
                  }
                  db.query("INSERT INTO users (id) VALUES (1)");
                })cpp"),
              ElementsAre("guard Transaction: remove orders update stock"));
  EXPECT_THAT(transactions_of(R"cpp(
                void f(Db& db) {
                  db.query("BEGIN IMMEDIATE");
                  db.query("UPDATE orders SET total = 1");
                  db.query("COMMIT");
                  db.query("DELETE FROM stock");
                })cpp"),
              ElementsAre("begin literal: update orders"));
  EXPECT_THAT(transactions_of(R"cpp(
                struct Session {
                  Db db;
                  void begin() { db.query("BEGIN"); }
                  void commit() { db.query("COMMIT"); }
                };
                void f(Session& s) {
                  s.begin();
                  s.db.query("UPDATE orders SET total = 1");
                  s.commit();
                  s.db.query("DELETE FROM stock");
                })cpp"),
              ElementsAre("begin call Session::begin: update orders"));
}

TEST(Program, LocksAreNoTransactions) {
  EXPECT_THAT(transactions_of(R"cpp(
                struct TransactionLock {
                  explicit TransactionLock(Db&);
                  ~TransactionLock();
                };
                void f(Db& db) {
                  TransactionLock lock(db);
                  db.query("DELETE FROM orders");
                })cpp"),
              IsEmpty());
}

TEST(Program, SharedStateAcrossFiles) {
  const std::vector<SourceFile> sources = {
      {"state.hpp",
       "#pragma once\nextern int counter;\nextern const int limit;\nstruct Config { int level; static "
       "Config& instance(); };\n"},
      {"state.cpp",
       "#include \"state.hpp\"\nint counter = 0;\nextern const int limit = 3;\n"
       "Config& Config::instance() { static Config config{}; return config; }\nvoid own() { counter = 1; "
       "}\n"},
      {"use.cpp",
       "#include <cstdlib>\n#include <fstream>\n#include \"state.hpp\"\n"
       "void f() { counter = limit; Config::instance().level = counter; (void)std::getenv(\"SHOP_MODE\");\n"
       "  std::ofstream out(\"/var/spool/shop.log\"); }\n"}};
  const Evidence evidence = collect(program_of(sources), {});
  Strings seen;
  for (const SharedState& state : evidence.shared_state) {
    EXPECT_EQ(state.at.file, "use.cpp");
    seen.push_back(state.kind + " " + state.name + (state.write ? " written" : ""));
  }
  EXPECT_THAT(seen, ElementsAre("environment SHOP_MODE", "file /var/spool/shop.log written",
                                "global counter written", "global counter", "singleton Config::instance"));
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
