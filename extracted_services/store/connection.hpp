// One SQLite connection as every folder here uses it: WAL, foreign keys, busy timeout, full sync, and a cache
// of prepared statements. This is the only place that opens database files.
//
// A connection belongs to one thread at a time. SQLite blocks, so that thread must not be one that serves
// sockets. Failures of the file or the SQL are SQLite::Exception: the environment is broken, not the request.
#pragma once
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace banyan::store {

class FileLock;
class Connection;

// The file cannot be used: missing, written by another process, from a newer release, damaged.
struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A running statement on loan from its connection's cache. Destroying it resets the statement, which ends its
// read: a statement left half stepped would pin an old snapshot and hold back every checkpoint.
class Query {
 public:
  Query(Connection& connection, std::unique_ptr<SQLite::Statement> statement);
  Query(Query&& other) noexcept = default;
  Query& operator=(Query&&) = delete;
  ~Query();

  bool next() { return statement_->executeStep(); }
  int run() { return statement_->exec(); }

  void bind(int index, std::nullptr_t) { statement_->bind(index); }
  void bind(int index, std::string_view text) { statement_->bind(index, std::string(text)); }
  void bind(int index, double number) { statement_->bind(index, number); }
  template <std::integral T>
  void bind(int index, T number) {
    statement_->bind(index, static_cast<std::int64_t>(number));
  }
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : bind(index, nullptr);
  }

  bool is_null(int column) const { return statement_->isColumnNull(column); }
  std::int64_t integer(int column) const { return statement_->getColumn(column).getInt64(); }
  double real(int column) const { return statement_->getColumn(column).getDouble(); }
  std::string text(int column) const { return statement_->getColumn(column).getString(); }
  std::optional<std::int64_t> maybe_integer(int column) const;
  std::optional<std::string> maybe_text(int column) const;
  SQLite::Statement& statement() { return *statement_; }

 private:
  Connection* connection_;
  std::unique_ptr<SQLite::Statement> statement_;
};

class Connection {
 public:
  Connection(SQLite::Database database, std::shared_ptr<FileLock> lock);
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  // Values are bound to ?1, ?2, ... in order.
  template <class... Values>
  Query query(std::string_view sql, const Values&... values) {
    Query query(*this, lease(sql));
    int index = 0;
    (query.bind(++index, values), ...);
    return query;
  }
  // Runs one statement that returns no rows; answers how many rows it changed.
  template <class... Values>
  int run(std::string_view sql, const Values&... values) {
    return query(sql, values...).run();
  }
  // Runs a script of statements without values.
  void execute(const std::string& script) { database_.exec(script); }

  std::int64_t last_insert_id() const { return database_.getLastInsertRowid(); }
  // False once SQLite itself has rolled a transaction back (disk full, I/O error).
  bool in_transaction() const;
  SQLite::Database& database() { return database_; }

 private:
  friend class Query;
  std::unique_ptr<SQLite::Statement> lease(std::string_view sql);
  void give_back(std::unique_ptr<SQLite::Statement> statement) noexcept;

  std::shared_ptr<FileLock> lock_;  // released after the database is closed
  SQLite::Database database_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> idle_;
};

// The one connection that may write the file and checkpoint it. Takes the writer lock of the file first,
// because two checkpointing processes on one WAL file are what SQLite before 3.51.3 can corrupt.
std::unique_ptr<Connection> open_writer(const std::filesystem::path& file);

// Cannot write and cannot checkpoint; the file must exist.
std::unique_ptr<Connection> open_reader(const std::filesystem::path& file);

// Undoes everything since its construction unless keep() was called. Nests, unlike BEGIN.
class Savepoint {
 public:
  Savepoint(Connection& connection, std::string_view name);
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();
  void keep();

 private:
  Connection& connection_;
  std::string name_;
  bool open_ = true;
};

}  // namespace banyan::store
