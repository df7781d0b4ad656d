// The one connection to the one SQLite file, for everybody. Any thread may call; a recursive mutex makes statements
// take turns, and a transaction keeps the mutex from BEGIN to its end. Statements are prepared once and kept by text.
#pragma once

#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace shop::core {

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }
  bool is_constraint() const;

 private:
  int code_;
};

using DbLock = std::unique_lock<std::recursive_mutex>;

// The rows of one running statement. Holds the database's mutex as long as it lives: read, then let go.
class Cursor {
 public:
  Cursor(Cursor&& other) noexcept;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  bool next();
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Cursor(class Database& db, sqlite3_stmt* statement, bool cached, DbLock lock);

  Database* db_;
  sqlite3_stmt* statement_;
  bool cached_;
  DbLock lock_;
};

class Database {
 public:
  static Database& instance();

  void open(const std::string& path);
  void close();
  bool is_open() const { return handle_ != nullptr; }

  // Rows of a SELECT: `for (Cursor row = db.select("..", id); row.next();)`.
  template <typename... Args>
  Cursor select(const std::string& sql, const Args&... args) {
    DbLock guard = lock();
    bool cached = true;
    sqlite3_stmt* statement = acquire(sql, cached);
    int index = 0;
    (bind(statement, ++index, args), ...);
    return Cursor(*this, statement, cached, std::move(guard));
  }

  // One number: the first column of the first row, else 0.
  template <typename... Args>
  std::int64_t select_int(const std::string& sql, const Args&... args) {
    Cursor row = select(sql, args...);
    return row.next() ? row.integer(0) : 0;
  }

  template <typename... Args>
  std::string select_text(const std::string& sql, const Args&... args) {
    Cursor row = select(sql, args...);
    return row.next() ? row.text(0) : "";
  }

  // INSERT, UPDATE, DELETE: how many rows it touched (triggers not counted).
  template <typename... Args>
  int run(const std::string& sql, const Args&... args) {
    Cursor row = select(sql, args...);
    row.next();
    return changes();
  }

  // One or many statements without parameters.
  void exec(const std::string& sql);

  std::int64_t last_id() const;
  int changes() const;
  bool in_transaction() const;

  // For code that talks to SQLite itself. Take lock() first.
  sqlite3* handle() { return handle_; }
  DbLock lock() { return DbLock(mutex_); }

 private:
  friend class Cursor;
  Database() = default;
  ~Database();

  sqlite3_stmt* acquire(const std::string& sql, bool& cached);
  sqlite3_stmt* prepare(const std::string& sql);
  void release(sqlite3_stmt* statement, bool cached);
  [[noreturn]] void fail(int code, const std::string& where) const;

  static void bind(sqlite3_stmt* statement, int index, std::int64_t value);
  static void bind(sqlite3_stmt* statement, int index, int value) { bind(statement, index, std::int64_t{value}); }
  static void bind(sqlite3_stmt* statement, int index, bool value) { bind(statement, index, std::int64_t{value}); }
  static void bind(sqlite3_stmt* statement, int index, std::string_view value);
  static void bind(sqlite3_stmt* statement, int index, const std::string& value) {
    bind(statement, index, std::string_view(value));
  }
  static void bind(sqlite3_stmt* statement, int index, const char* value) {
    bind(statement, index, std::string_view(value));
  }
  static void bind(sqlite3_stmt* statement, int index, std::nullptr_t);

  sqlite3* handle_ = nullptr;
  std::recursive_mutex mutex_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// BEGIN now, ROLLBACK at the end of the scope unless commit() was called. Inside another one it is a savepoint.
class Transaction {
 public:
  explicit Transaction(Database& db);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Database& db_;
  DbLock lock_;
  bool outermost_;
  bool open_ = true;
};

// Creates what is missing: schema.sql first, then what the modules bring.
void create_schema(Database& db);

// With SHOP_TRACE_SQL=file set, every statement's text and what SQLite's authorizer says it touches go to that file.
void install_sql_trace(sqlite3* handle);
void trace_statement(const std::string& sql);

}  // namespace shop::core
