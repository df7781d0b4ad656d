#include "extracted_services/inventory/schema.hpp"

#include "extracted_services/shop_dialect/settings.hpp"

namespace banyan::inventory {
namespace {

// products is not ours: the catalog owns names and SKUs. Stock answers show them, so the service keeps a read
// copy instead of joining another module's table; until the catalog sends events it changes by import only.
constexpr const char* tables = R"sql(
  CREATE TABLE products(product_id INTEGER PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL);
  CREATE TABLE warehouses(code TEXT PRIMARY KEY, city TEXT NOT NULL);
  CREATE TABLE stock(
    product_id    INTEGER PRIMARY KEY REFERENCES products(product_id),
    warehouse     TEXT NOT NULL REFERENCES warehouses(code),
    on_hand       INTEGER NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    reserved      INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    sold          INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
    received      INTEGER NOT NULL DEFAULT 0,
    reorder_level INTEGER NOT NULL DEFAULT 0,
    CHECK (on_hand + reserved + sold = received));
  CREATE INDEX ix_stock_warehouse ON stock(warehouse);
  CREATE TABLE reservations(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    order_ref  TEXT NOT NULL,
    product_id INTEGER NOT NULL REFERENCES stock(product_id),
    quantity   INTEGER NOT NULL CHECK (quantity > 0),
    status     TEXT NOT NULL DEFAULT 'held' CHECK (status IN ('held', 'committed', 'released')));
  CREATE INDEX ix_reservations_order ON reservations(order_ref);
  CREATE TABLE stock_movements(
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    product_id INTEGER NOT NULL REFERENCES stock(product_id),
    kind       TEXT NOT NULL,
    quantity   INTEGER NOT NULL,
    reference  TEXT NOT NULL,
    on_date    TEXT NOT NULL);
  CREATE INDEX ix_stock_movements_product ON stock_movements(product_id);
)sql";

// A hold is all that one caller's key has reserved. A row with status released and no lines is a tombstone:
// the release came first, and the hold that may still come is refused.
constexpr const char* hold_tables = R"sql(
  CREATE TABLE holds(
    key       TEXT PRIMARY KEY,
    order_ref TEXT NOT NULL,
    wish      TEXT NOT NULL,
    status    TEXT NOT NULL CHECK (status IN ('held', 'refused', 'committed', 'released')),
    reason    TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE hold_lines(
    key            TEXT NOT NULL REFERENCES holds(key),
    reservation_id INTEGER NOT NULL REFERENCES reservations(id),
    PRIMARY KEY (key, reservation_id)) WITHOUT ROWID;
)sql";

}  // namespace

std::vector<store::Migration> migrations() {
  return {{1, "tables as they left the monolith", std::string(shop_dialect::settings_schema()) + tables},
          {2, "holds by key", hold_tables}};
}

std::vector<service::TableCopy> copies() {
  auto all = shop_dialect::settings_copies("");
  all.push_back(
      {"products", "product_id, sku, name",
       "SELECT id, sku, name FROM products WHERE id IN (SELECT product_id FROM stock) ORDER BY id"});
  all.push_back({"warehouses", "code, city", "SELECT code, city FROM warehouses ORDER BY code"});
  all.push_back({"stock", "product_id, warehouse, on_hand, reserved, sold, received, reorder_level",
                 "SELECT product_id, warehouse, on_hand, reserved, sold, received, reorder_level"
                 " FROM stock ORDER BY product_id"});
  all.push_back({"reservations", "id, order_ref, product_id, quantity, status",
                 "SELECT id, order_ref, product_id, quantity, status FROM reservations ORDER BY id",
                 "reservations"});
  all.push_back({"stock_movements", "id, product_id, kind, quantity, reference, on_date",
                 "SELECT id, product_id, kind, quantity, reference, on_date FROM stock_movements ORDER BY id",
                 "stock_movements"});
  return all;
}

}  // namespace banyan::inventory
