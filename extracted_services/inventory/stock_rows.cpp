#include "extracted_services/inventory/stock_rows.hpp"

namespace banyan::inventory {
namespace {

const std::string select_stock =
    "SELECT s.product_id, p.sku, p.name, s.warehouse, s.on_hand, s.reserved, s.sold, s.received, "
    "s.reorder_level"
    " FROM stock s JOIN products p ON p.product_id = s.product_id";
const std::string select_reservation = "SELECT id, order_ref, product_id, quantity, status FROM reservations";

StockRow stock_row(const store::Query& row) {
  StockRow stock{row.integer(0), row.text(1),    row.text(2),    row.text(3),    row.integer(4),
                 row.integer(5), row.integer(6), row.integer(7), row.integer(8), false};
  stock.low = stock.on_hand < stock.reorder_level;
  return stock;
}

Reservation reservation_row(const store::Query& row) {
  return {row.integer(0), row.text(1), row.integer(2), row.integer(3), row.text(4)};
}

}  // namespace

std::string aggregate_of(const StockRow& row) { return "stock/" + std::to_string(row.product_id); }
std::string aggregate_of(const Reservation& reservation) {
  return "stock/" + std::to_string(reservation.product_id);
}

std::optional<StockRow> find_stock(store::Connection& db, std::int64_t product_id) {
  auto row = db.query(select_stock + " WHERE s.product_id = ?1", product_id);
  if (!row.next()) return std::nullopt;
  return stock_row(row);
}

std::vector<StockRow> list_stock(store::Connection& db, bool only_low, const std::string& warehouse,
                                 std::int64_t limit, std::int64_t offset) {
  auto row = db.query(select_stock +
                          " WHERE (?1 = '' OR s.warehouse = ?1) AND (?2 = 0 OR s.on_hand < s.reorder_level)"
                          " ORDER BY s.product_id LIMIT ?3 OFFSET ?4",
                      warehouse, only_low, limit, offset);
  std::vector<StockRow> found;
  while (row.next()) found.push_back(stock_row(row));
  return found;
}

std::vector<Movement> list_movements(store::Connection& db, std::int64_t product_id, std::int64_t limit,
                                     std::int64_t offset) {
  auto row = db.query(
      "SELECT id, kind, quantity, reference, on_date FROM stock_movements"
      " WHERE product_id = ?1 ORDER BY id LIMIT ?2 OFFSET ?3",
      product_id, limit, offset);
  std::vector<Movement> found;
  while (row.next()) found.push_back({row.integer(0), row.text(1), row.integer(2), row.text(3), row.text(4)});
  return found;
}

std::optional<Reservation> find_reservation(store::Connection& db, std::int64_t id) {
  auto row = db.query(select_reservation + " WHERE id = ?1", id);
  if (!row.next()) return std::nullopt;
  return reservation_row(row);
}

std::vector<Reservation> reservations_of(store::Connection& db, const std::string& order_ref) {
  auto row = db.query(select_reservation + " WHERE order_ref = ?1 ORDER BY id", order_ref);
  std::vector<Reservation> found;
  while (row.next()) found.push_back(reservation_row(row));
  return found;
}

std::vector<Warehouse> list_warehouses(store::Connection& db) {
  auto row = db.query(
      "SELECT w.code, w.city, count(s.product_id), coalesce(sum(s.on_hand + s.reserved), 0)"
      " FROM warehouses w LEFT JOIN stock s ON s.warehouse = w.code"
      " GROUP BY w.code, w.city ORDER BY w.code");
  std::vector<Warehouse> found;
  while (row.next()) found.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3)});
  return found;
}

}  // namespace banyan::inventory
