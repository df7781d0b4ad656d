// Whole evidence from source text: what handlers reach, prepared statements, transactions, shared state.
#include "tests/analyzer/evidence/program_support.hpp"

#include <filesystem>
#include <fstream>
#include <map>

namespace banyan::evidence::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Strings transactions_of(const std::string& source) {
  Strings out;
  for (const Transaction& transaction : evidence_of(source).transactions) {
    std::string line = transaction.how + ":";
    for (const std::string& access : accesses(transaction.accesses)) line += " " + access;
    out.push_back(line);
  }
  return out;
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

// A library's functions are declared outside the program.
TEST(Program, TransactionsOfLibraries) {
  const std::string source = R"cpp(
#include <qt.h>
struct Db { void query(const char*); };
void moved(QSqlDatabase& database, Db& db) {
  db.query("SELECT id FROM users");
  database.transaction();
  db.query("UPDATE stock SET on_hand = 0");
  database.commit();
  db.query("DELETE FROM orders");
}
void mysql(MYSQL* connection, Db& db) {
  mysql_autocommit(connection, 0);
  db.query("DELETE FROM orders");
  mysql_commit(connection);
}
void open(QSqlDatabase& database, Db& db) { database.transaction(); db.query("DELETE FROM orders"); }
)cpp";
  const std::string library = "struct QSqlDatabase { bool transaction(); bool commit(); };\n"
                              "struct MYSQL; bool mysql_autocommit(MYSQL*, bool); bool mysql_commit(MYSQL*);\n";
  const std::string folder = ::testing::TempDir() + "/banyan_library_headers";
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/qt.h") << library;
  facts::ParseRequest request;
  request.root = request.directory = "/banyan-test";
  request.file = "/banyan-test/main.cpp";
  request.arguments = {"clang++", "-std=c++20", "-isystem" + folder, request.file};
  request.overlay = {{request.file, source}};
  facts::UnitFacts unit = facts::parse_unit(request);
  ASSERT_TRUE(unit.errors.empty()) << unit.errors.front().message;
  Strings seen;
  for (const Transaction& one : collect(facts::merge("/banyan-test", unit.files, {}), {{}, {schema}}).transactions) {
    seen.push_back(one.how + ":");
    for (const std::string& access : accesses(one.accesses)) seen.back() += " " + access;
  }
  EXPECT_THAT(seen, ElementsAre("begin call QSqlDatabase::transaction: update stock",
                                "begin call mysql_autocommit: remove orders"));
}

TEST(Program, PreparedStatementsAreUsedWhereTheirNamesAre) {
  const Evidence evidence = evidence_of(R"cpp(
    enum Statements { ORDER_BY_ID, TAKE_STOCK, DROP_USER, NEVER_USED };
    enum Flags { SYNC, ASYNC };
    struct Pool {
      void prepare(Statements which, const char* sql, Flags flags);
      int get(Statements which);
      void list() {
        prepare(ORDER_BY_ID, "SELECT id FROM orders WHERE id = ?", SYNC);
        prepare(TAKE_STOCK,
                "UPDATE stock SET on_hand = on_hand - ?", ASYNC);
        prepare(DROP_USER, "DELETE FROM users WHERE id = ?", SYNC);
        prepare(NEVER_USED, "INSERT INTO users (id) VALUES (1)", SYNC);
      }
    };
    void show(Pool& pool) { pool.get(ORDER_BY_ID); }
    void take(Pool& pool) { pool.get(TAKE_STOCK); pool.get(ORDER_BY_ID); }
    void leave(Pool& pool) { pool.get(DROP_USER); }
    int flags() { return ASYNC; })cpp");
  std::map<std::string, std::vector<TableAccess>> by_function;
  for (const TableAccess& access : evidence.accesses) by_function[access.in_usr].push_back(access);
  std::map<std::string, Strings> seen;
  for (const auto& [usr, list] : by_function) seen[usr.substr(usr.rfind("F@") + 2, 4)] = accesses(list);
  EXPECT_THAT(seen["show"], ElementsAre("read orders"));
  EXPECT_THAT(seen["take"], ElementsAre("read orders", "update stock"));
  EXPECT_THAT(seen["leav"], ElementsAre("remove users"));
  EXPECT_THAT(seen["list"], ElementsAre("insert users"));
  EXPECT_EQ(seen.size(), 4U);
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

TEST(Program, SocketsQueuesAndFilesByName) {
  Strings seen;
  for (const SharedState& state : evidence_of(R"cpp(
         extern "C" int zmq_bind(void*, const char*);
         extern "C" int mq_open(const char*, int);
         extern "C" int mosquitto_publish(void*, int*, const char*, int, const void*);
         extern "C" char* strcpy(char*, const char*);
         struct Address { char sun_path[108]; };
         void f(Address& address, const std::string& name) {
           zmq_bind(nullptr, "tcp://*:5555");
           mq_open("/orders", 0);
           mosquitto_publish(nullptr, nullptr, "shop/orders", 1, "/not/the/topic");
           strcpy(address.sun_path, "/run/shop.sock");
           std::string copy("/run/other.sock");
           std::ifstream in("/etc/shop/" + name);
         })cpp")
                                        .shared_state)
    seen.push_back(state.kind + " " + state.name + (state.write ? " written" : ""));
  EXPECT_THAT(seen, ElementsAre("file /etc/shop/{name}", "queue /orders written", "queue shop/orders written",
                                "socket /run/shop.sock written", "socket tcp://*:5555 written"));
}

}  // namespace
}  // namespace banyan::evidence::testing
