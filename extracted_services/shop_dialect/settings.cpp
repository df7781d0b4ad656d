#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::shop_dialect {
namespace {
constexpr std::size_t digits = 6;
}

std::string_view settings_schema() {
  return "CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
         "CREATE TABLE sequences(name TEXT PRIMARY KEY, value INTEGER NOT NULL);";
}

std::vector<service::TableCopy> settings_copies(const std::string& sequence) {
  return {{"settings", "key, value", "SELECT key, value FROM settings WHERE key = 'business_date'"},
          {"sequences", "name, value", "SELECT name, value FROM sequences WHERE name = '" + sequence + "'"}};
}

std::string today(store::Connection& db) {
  auto row = db.query("SELECT value FROM settings WHERE key = 'business_date'");
  return row.next() ? row.text(0) : std::string("2026-01-01");
}

std::string next_number(store::Connection& db, std::string_view sequence, std::string_view prefix) {
  auto row = db.query(
      "INSERT INTO sequences(name, value) VALUES (?1, 1)"
      " ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value",
      sequence);
  row.next();
  std::string number = std::to_string(row.integer(0));
  if (number.size() < digits) number.insert(0, digits - number.size(), '0');
  return std::string(prefix) + "-" + number;
}

}  // namespace banyan::shop_dialect
