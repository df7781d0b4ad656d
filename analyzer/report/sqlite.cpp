#include "analyzer/report/sqlite.hpp"

#include <sqlite3.h>

namespace banyan::report {

Database::Database(const std::string& path, Access access) {
  const int flags =
      access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
    const std::string reason = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
    sqlite3_close(handle_);
    throw SqliteError("cannot open " + path + ": " + reason);
  }
  sqlite3_busy_timeout(handle_, 5000);
}

Database::~Database() { sqlite3_close(handle_); }

void Database::run(std::string_view statements) {
  const std::string text(statements);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw SqliteError(sqlite3_errmsg(handle_));
}

Statement::Statement(const Database& database, std::string_view text) {
  const char* rest = nullptr;
  if (sqlite3_prepare_v2(database.handle(), text.data(), static_cast<int>(text.size()), &handle_, &rest) !=
      SQLITE_OK)
    throw SqliteError(sqlite3_errmsg(database.handle()));
  const std::string_view left =
      rest ? text.substr(static_cast<std::size_t>(rest - text.data())) : std::string_view();
  rest_empty_ = left.find_first_not_of(" \t\r\n;") == std::string_view::npos;
  if (!handle_) throw SqliteError("the statement is empty");
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::fail() const { throw SqliteError(sqlite3_errmsg(sqlite3_db_handle(handle_))); }

Statement& Statement::bind(std::string_view value) {
  const char* text = value.data() ? value.data() : "";
  if (sqlite3_bind_text(handle_, ++next_, text, static_cast<int>(value.size()), SQLITE_TRANSIENT) !=
      SQLITE_OK)
    fail();
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  if (sqlite3_bind_int64(handle_, ++next_, value) != SQLITE_OK) fail();
  return *this;
}

Statement& Statement::bind(double value) {
  if (sqlite3_bind_double(handle_, ++next_, value) != SQLITE_OK) fail();
  return *this;
}

Statement& Statement::bind_null() {
  if (sqlite3_bind_null(handle_, ++next_) != SQLITE_OK) fail();
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail();
  return code == SQLITE_ROW;
}

void Statement::finish() {
  while (step()) continue;
  sqlite3_reset(handle_);
  next_ = 0;
}

int Statement::columns() const { return sqlite3_column_count(handle_); }
std::string Statement::column_name(int column) const { return sqlite3_column_name(handle_, column); }

std::string Statement::text(int column) const {
  const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return value ? std::string(value, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)))
               : std::string();
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

bool Statement::is_number(int column) const {
  const int type = sqlite3_column_type(handle_, column);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

bool Statement::read_only() const { return sqlite3_stmt_readonly(handle_) != 0; }

}  // namespace banyan::report
