#include "reporting/reporting_schema.hpp"

namespace shop::reporting {

void create_tables(core::Database& db) {
  db.exec(R"sql(
    CREATE TABLE IF NOT EXISTS daily_sales (
      day            TEXT PRIMARY KEY,
      orders         INTEGER NOT NULL,
      units          INTEGER NOT NULL,
      revenue_cents  INTEGER NOT NULL,
      refunded_cents INTEGER NOT NULL
    )
  )sql");
  // The bookkeeper's favourite: every order with its money, in one row.
  db.exec(R"sql(
    CREATE VIEW IF NOT EXISTS v_order_revenue AS
      SELECT o.id AS order_id, o.number AS number, o.customer_id AS customer_id, o.placed_on AS day,
             o.status AS status, o.total_cents AS total_cents, o.refunded_cents AS refunded_cents,
             p.reference AS payment_reference,
             (SELECT COALESCE(SUM(i.quantity), 0) FROM order_items i WHERE i.order_id = o.id) AS units
        FROM orders o LEFT JOIN payments p ON p.id = o.payment_id
  )sql");
  db.exec(R"sql(
    CREATE VIEW IF NOT EXISTS v_stock_value AS
      SELECT s.warehouse AS warehouse, s.product_id AS product_id, s.on_hand AS on_hand,
             s.on_hand * pr.unit_price_cents AS value_cents
        FROM stock s JOIN prices pr ON pr.product_id = s.product_id AND pr.min_quantity = 1
  )sql");
}

}  // namespace shop::reporting
