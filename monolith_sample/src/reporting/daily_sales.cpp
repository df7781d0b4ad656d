#include "core/database.hpp"
#include "core/globals.hpp"
#include "core/http.hpp"
#include "core/log.hpp"
#include "reporting/reports.hpp"

namespace shop::reporting {
namespace {

core::Database& db() { return core::Database::instance(); }

// Parts of the nightly statement; month-end uses them in other combinations.
const char kInsertDaily[] = "INSERT INTO daily_sales (day, orders, units, revenue_cents, refunded_cents) ";
const char kFromRevenue[] =
    "SELECT day, COUNT(*), SUM(units), SUM(total_cents), SUM(refunded_cents) FROM v_order_revenue ";
const char kOnlyPaid[] = "WHERE status IN ('paid', 'shipped', 'delivered') ";
const char kPerDay[] = "GROUP BY day";

bool table_exists(const std::string& table) {
  return db().select_int("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?", table) > 0;
}

}  // namespace

std::int64_t rebuild_daily_sales() {
  core::DbLock lock = db().lock();
  db().exec("BEGIN");
  try {
    db().run("DELETE FROM daily_sales");
    const int days = db().run(std::string(kInsertDaily) + kFromRevenue + kOnlyPaid + kPerDay);
    db().exec("COMMIT");
    core::g_discount_given_cents = 0;
    return days;
  } catch (...) {
    if (db().in_transaction()) db().exec("ROLLBACK");
    throw;
  }
}

std::vector<DaySales> daily(std::int64_t limit) {
  std::vector<DaySales> found;
  auto row = db().select(
      "SELECT day, orders, units, revenue_cents, refunded_cents FROM daily_sales ORDER BY day DESC LIMIT ?", limit);
  while (row.next()) {
    found.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)});
  }
  return found;
}

TableCount count_table(const std::string& table) {
  if (!table_exists(table)) throw core::not_found("table", table);
  return {table, db().select_int("SELECT COUNT(*) FROM \"" + table + "\"")};
}

std::int64_t archive(const std::string& table, const std::string& before) {
  const std::string column = table == "orders"      ? "placed_on"
                             : table == "shipments" ? "created_on"
                             : table == "refunds"   ? "refunded_on"
                                                    : "";
  if (column.empty()) throw core::bad_request("table must be orders, shipments or refunds");
  const std::string target = table + "_archive";
  core::Transaction transaction(db());
  db().exec("CREATE TABLE IF NOT EXISTS " + target + " AS SELECT * FROM " + table + " WHERE 0");
  const int rows = db().run("INSERT INTO " + target + " SELECT * FROM " + table + " t WHERE t." + column +
                                " < ? AND NOT EXISTS (SELECT 1 FROM " + target + " a WHERE a.id = t.id)",
                            before);
  transaction.commit();
  core::log_info("archived " + std::to_string(rows) + " rows; delete from " + table + " stays a manual job");
  return rows;
}

}  // namespace shop::reporting
