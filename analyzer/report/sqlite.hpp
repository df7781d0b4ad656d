// As little C++ over SQLite's C API as report needs. Errors are exceptions of this folder's own and end in
// Outcome.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace banyan::report {

struct SqliteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Access : std::uint8_t { read, write };

class Database {
 public:
  Database(const std::string& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void run(std::string_view statements);
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

class Statement {
 public:
  Statement(const Database& database, std::string_view text);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::string_view value);
  Statement& bind(const char* value) { return bind(std::string_view(value)); }
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind_null();

  // Binds all, in order; integers of any width.
  template <typename... Values>
  Statement& with(const Values&... values) {
    (bind_any(values), ...);
    return *this;
  }
  bool step();    // true: a row is there
  void finish();  // runs to the end and makes ready for new values

  int columns() const;
  std::string column_name(int column) const;
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;
  bool is_number(int column) const;
  bool read_only() const;
  bool consumed_all() const { return rest_empty_; }

 private:
  template <typename Value>
  void bind_any(const Value& value) {
    if constexpr (std::is_integral_v<Value>)
      bind(static_cast<std::int64_t>(value));
    else
      bind(value);
  }
  [[noreturn]] void fail() const;
  sqlite3_stmt* handle_ = nullptr;
  int next_ = 0;
  bool rest_empty_ = true;
};

}  // namespace banyan::report
