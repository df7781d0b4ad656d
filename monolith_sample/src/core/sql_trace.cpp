// The debug hook that tells what the program really does to which table: tests compare it with what people believe.
#include "core/config.hpp"
#include "core/database.hpp"

#include <sqlite3.h>

#include <fstream>
#include <memory>

namespace shop::core {
namespace {

// Guarded by the database's mutex: both hooks run only while a statement is being prepared.
std::unique_ptr<std::ofstream> trace_file;

const char* action_name(int action) {
  switch (action) {
    case SQLITE_READ: return "read";
    case SQLITE_INSERT: return "insert";
    case SQLITE_UPDATE: return "update";
    case SQLITE_DELETE: return "delete";
    default: return nullptr;
  }
}

int on_authorize(void*, int action, const char* table, const char* column, const char*, const char* via) {
  const char* name = action_name(action);
  if (trace_file && name != nullptr && table != nullptr) {
    *trace_file << "ACCESS\t" << name << '\t' << table << '\t' << (column != nullptr ? column : "") << '\t'
                << (via != nullptr ? via : "") << '\n'
                << std::flush;
  }
  return SQLITE_OK;
}

}  // namespace

void install_sql_trace(sqlite3* handle) {
  trace_file.reset();
  const std::string path = Config::env("SHOP_TRACE_SQL");
  if (path.empty()) return;
  trace_file = std::make_unique<std::ofstream>(path, std::ios::app);
  sqlite3_set_authorizer(handle, on_authorize, nullptr);
}

void trace_statement(const std::string& sql) {
  if (!trace_file) return;
  std::string line;
  for (const char c : sql) line += c == '\n' || c == '\t' ? ' ' : c;
  *trace_file << "SQL\t" << line << '\n' << std::flush;
}

}  // namespace shop::core
