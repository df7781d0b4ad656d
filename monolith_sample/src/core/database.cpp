#include "core/database.hpp"

#include <sqlite3.h>

namespace shop::core {

bool DatabaseError::is_constraint() const { return (code_ & 0xff) == SQLITE_CONSTRAINT; }

Cursor::Cursor(Database& db, sqlite3_stmt* statement, bool cached, DbLock lock)
    : db_(&db), statement_(statement), cached_(cached), lock_(std::move(lock)) {}

Cursor::Cursor(Cursor&& other) noexcept
    : db_(other.db_), statement_(other.statement_), cached_(other.cached_), lock_(std::move(other.lock_)) {
  other.statement_ = nullptr;
}

Cursor::~Cursor() {
  if (statement_ != nullptr) db_->release(statement_, cached_);
}

bool Cursor::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  db_->fail(code, sqlite3_sql(statement_));
}

std::int64_t Cursor::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Cursor::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return "";
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

bool Cursor::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Database& Database::instance() {
  static Database database;
  return database;
}

Database::~Database() { close(); }

void Database::open(const std::string& path) {
  close();
  const int code = sqlite3_open(path.c_str(), &handle_);
  if (code != SQLITE_OK) {
    const std::string why = sqlite3_errmsg(handle_);
    close();
    throw DatabaseError(code, "cannot open '" + path + "': " + why);
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 5000);
  install_sql_trace(handle_);
  exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
}

void Database::close() {
  DbLock guard = lock();
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  statements_.clear();
  sqlite3_close(handle_);
  handle_ = nullptr;
}

void Database::exec(const std::string& sql) {
  DbLock guard = lock();
  trace_statement(sql);
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_); }
int Database::changes() const { return sqlite3_changes(handle_); }
bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

// A statement that is still being read by an outer loop cannot be shared: its second user gets one of his own.
sqlite3_stmt* Database::acquire(const std::string& sql, bool& cached) {
  if (handle_ == nullptr) throw DatabaseError(SQLITE_MISUSE, "the database is not open");
  const auto it = statements_.find(sql);
  if (it == statements_.end()) {
    sqlite3_stmt* statement = prepare(sql);
    statements_.emplace(sql, statement);
    return statement;
  }
  if (sqlite3_stmt_busy(it->second) == 0) return it->second;
  cached = false;
  return prepare(sql);
}

sqlite3_stmt* Database::prepare(const std::string& sql) {
  trace_statement(sql);
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
  return statement;
}

void Database::release(sqlite3_stmt* statement, bool cached) {
  if (!cached) {
    sqlite3_finalize(statement);
    return;
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

void Database::fail(int code, const std::string& where) const {
  throw DatabaseError(code, std::string(sqlite3_errmsg(handle_)) + " in: " + where);
}

void Database::bind(sqlite3_stmt* statement, int index, std::int64_t value) {
  sqlite3_bind_int64(statement, index, value);
}

void Database::bind(sqlite3_stmt* statement, int index, std::string_view value) {
  sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
}

void Database::bind(sqlite3_stmt* statement, int index, std::nullptr_t) { sqlite3_bind_null(statement, index); }

Transaction::Transaction(Database& db) : db_(db), lock_(db.lock()), outermost_(!db.in_transaction()) {
  db_.exec(outermost_ ? "BEGIN IMMEDIATE" : "SAVEPOINT nested");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    db_.exec(outermost_ ? "ROLLBACK" : "ROLLBACK TO nested; RELEASE nested");
  } catch (const DatabaseError&) {
    // SQLite has already rolled back by itself (disk full, for one); there is nothing left to undo.
  }
}

void Transaction::commit() {
  db_.exec(outermost_ ? "COMMIT" : "RELEASE nested");
  open_ = false;
}

}  // namespace shop::core
