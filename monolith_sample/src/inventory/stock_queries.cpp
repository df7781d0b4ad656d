#include "core/http.hpp"
#include "inventory/stock_service.hpp"

// The columns every stock query reads, in the order of to_level().
#define STOCK_COLUMNS \
  "s.product_id, p.sku, p.name, s.warehouse, s.on_hand, s.reserved, s.sold, s.received, s.reorder_level"

namespace shop::inventory {
namespace {

StockLevel to_level(const core::Cursor& row) {
  StockLevel level;
  level.product_id = row.integer(0);
  level.sku = row.text(1);
  level.name = row.text(2);
  level.warehouse = row.text(3);
  level.on_hand = row.integer(4);
  level.reserved = row.integer(5);
  level.sold = row.integer(6);
  level.received = row.integer(7);
  level.reorder_level = row.integer(8);
  return level;
}

Reservation to_reservation(const core::Cursor& row) {
  return {row.integer(0), row.text(1), row.integer(2), row.integer(3), row.text(4)};
}

}  // namespace

StockService& StockService::instance() {
  static StockService service;
  return service;
}

std::optional<StockLevel> StockService::find(std::int64_t product_id) {
  core::Cursor row = core::Database::instance().select(
      "SELECT " STOCK_COLUMNS " FROM stock s JOIN products p ON p.id = s.product_id WHERE s.product_id = ?",
      product_id);
  if (!row.next()) return std::nullopt;
  return to_level(row);
}

StockLevel StockService::get(std::int64_t product_id) {
  auto level = find(product_id);
  if (!level) throw core::not_found("product", product_id);
  return *level;
}

std::vector<StockLevel> StockService::list(bool only_low, const std::string& warehouse, std::int64_t limit,
                                           std::int64_t offset) {
  std::string sql = "SELECT " STOCK_COLUMNS " FROM stock s JOIN products p ON p.id = s.product_id";
  sql += " WHERE (? = '' OR s.warehouse = ?)";
  if (only_low) sql += " AND s.on_hand < s.reorder_level";
  sql += " ORDER BY s.product_id LIMIT ? OFFSET ?";
  std::vector<StockLevel> levels;
  for (auto row = core::Database::instance().select(sql, warehouse, warehouse, limit, offset); row.next();) {
    levels.push_back(to_level(row));
  }
  return levels;
}

std::vector<Movement> StockService::movements(std::int64_t product_id, std::int64_t limit, std::int64_t offset) {
  std::vector<Movement> moves;
  auto row = core::Database::instance().select(
      "SELECT id, kind, quantity, reference, on_date FROM stock_movements"
      " WHERE product_id = ? ORDER BY id LIMIT ? OFFSET ?",
      product_id, limit, offset);
  while (row.next()) moves.push_back({row.integer(0), row.text(1), row.integer(2), row.text(3), row.text(4)});
  return moves;
}

std::vector<WarehouseSummary> StockService::warehouses() {
  std::vector<WarehouseSummary> found;
  auto row = core::Database::instance().select(R"sql(
      SELECT w.code, w.city, COUNT(s.product_id), COALESCE(SUM(s.on_hand + s.reserved), 0)
        FROM warehouses w LEFT JOIN stock s ON s.warehouse = w.code
       GROUP BY w.code, w.city ORDER BY w.code
  )sql");
  while (row.next()) found.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3)});
  return found;
}

std::int64_t StockService::available(std::int64_t product_id) {
  return core::Database::instance().select_int("SELECT on_hand FROM stock WHERE product_id = ?", product_id);
}

Reservation StockService::reservation(std::int64_t id) {
  auto row = core::Database::instance().select(
      "SELECT id, order_ref, product_id, quantity, status FROM reservations WHERE id = ?", id);
  if (!row.next()) throw core::not_found("reservation", id);
  return to_reservation(row);
}

std::vector<Reservation> StockService::reservations_of(const std::string& order_ref) {
  std::vector<Reservation> found;
  auto row = core::Database::instance().select(
      "SELECT id, order_ref, product_id, quantity, status FROM reservations WHERE order_ref = ? ORDER BY id",
      order_ref);
  while (row.next()) found.push_back(to_reservation(row));
  return found;
}

}  // namespace shop::inventory
