#include "inventory/inventory_schema.hpp"

namespace shop::inventory {

// warehouses and stock are in schema.sql; reservations and movements came with the second warehouse.
void create_tables(core::Database& db) {
  db.exec(
      "CREATE TABLE IF NOT EXISTS reservations ("
      "  id         INTEGER PRIMARY KEY AUTOINCREMENT,"
      "  order_ref  TEXT NOT NULL,"
      "  product_id INTEGER NOT NULL REFERENCES products(id),"
      "  quantity   INTEGER NOT NULL CHECK (quantity > 0),"
      "  status     TEXT NOT NULL DEFAULT 'held' CHECK (status IN ('held', 'committed', 'released')))");
  db.exec("CREATE INDEX IF NOT EXISTS ix_reservations_order ON reservations(order_ref)");
  db.exec(R"sql(
    CREATE TABLE IF NOT EXISTS stock_movements (
      id         INTEGER PRIMARY KEY AUTOINCREMENT,
      product_id INTEGER NOT NULL REFERENCES products(id),
      kind       TEXT NOT NULL,
      quantity   INTEGER NOT NULL,
      reference  TEXT NOT NULL,
      on_date    TEXT NOT NULL
    )
  )sql");
  db.exec("CREATE INDEX IF NOT EXISTS ix_movements_product ON stock_movements(product_id)");

  // An order's line takes its goods the moment it is written. Nobody who reads the orders' code sees it.
  db.exec(R"sql(
    CREATE TRIGGER IF NOT EXISTS trg_order_items_stock AFTER INSERT ON order_items
    BEGIN
      UPDATE stock SET on_hand = on_hand - NEW.quantity, reserved = reserved + NEW.quantity
       WHERE product_id = NEW.product_id;
    END
  )sql");
}

}  // namespace shop::inventory
