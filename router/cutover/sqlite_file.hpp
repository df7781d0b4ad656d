// The few calls the journal needs of SQLite, with error codes kept. Internal to cutover/; one thread per
// object.
#pragma once

#include <chrono>
#include <cstdint>
#include <sqlite3.h>
#include <string>
#include <string_view>

namespace banyan::cutover {

class SqliteFile {
 public:
  // Check code() afterwards.
  SqliteFile(const std::string& path, int flags) {
    code_ = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (handle_) sqlite3_extended_result_codes(handle_, 1);
  }
  ~SqliteFile() { sqlite3_close_v2(handle_); }
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  sqlite3* handle() const { return handle_; }
  int code() const { return code_; }
  std::string message() const { return handle_ ? sqlite3_errmsg(handle_) : "out of memory"; }
  void patience(std::chrono::milliseconds limit) {
    sqlite3_busy_timeout(handle_, static_cast<int>(limit.count()));
  }
  int run(const char* sql) { return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); }

 private:
  sqlite3* handle_ = nullptr;
  int code_ = SQLITE_OK;
};

class SqliteStatement {
 public:
  SqliteStatement(const SqliteFile& db, const char* sql) {
    code_ = sqlite3_prepare_v2(db.handle(), sql, -1, &statement_, nullptr);
  }
  ~SqliteStatement() { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  int code() const { return code_; }
  int step() { return code_ == SQLITE_OK ? sqlite3_step(statement_) : code_; }
  void bind(int index, std::string_view text) {
    sqlite3_bind_text(statement_, index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
  void bind_blob(int index, std::string_view bytes) {
    sqlite3_bind_blob(statement_, index, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
  }
  std::string blob(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : "";
  }
  void bind(int index, std::int64_t number) { sqlite3_bind_int64(statement_, index, number); }
  int type(int column) const { return sqlite3_column_type(statement_, column); }
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
                 : "";
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
};

}  // namespace banyan::cutover
