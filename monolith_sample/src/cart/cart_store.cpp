#include "cart/cart_store.hpp"

#include "core/clock.hpp"
#include "core/database.hpp"

#include <sqlite3.h>

#include <cstdio>

namespace shop::cart {
namespace {

// sqlite3_prepare_v2 with an exception, and sqlite3_finalize that cannot be forgotten.
struct Prepared {
  explicit Prepared(const char* sql) : lock(core::Database::instance().lock()) {
    core::trace_statement(sql);
    sqlite3* handle = core::Database::instance().handle();
    const int code = sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
    if (code != SQLITE_OK) throw core::DatabaseError(code, sqlite3_errmsg(handle));
  }
  ~Prepared() { sqlite3_finalize(statement); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  bool step() {
    const int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
      throw core::DatabaseError(code, sqlite3_errmsg(sqlite3_db_handle(statement)));
    }
    return code == SQLITE_ROW;
  }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return bytes == nullptr ? "" : bytes;
  }

  core::DbLock lock;
  sqlite3_stmt* statement = nullptr;
};

void execute(const char* sql) {
  core::DbLock lock = core::Database::instance().lock();
  core::trace_statement(sql);
  sqlite3* handle = core::Database::instance().handle();
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw core::DatabaseError(code, sqlite3_errmsg(handle));
}

}  // namespace

std::int64_t Cart::subtotal_cents() const {
  std::int64_t sum = 0;
  for (const auto& line : lines) sum += line.quantity * line.unit_price_cents;
  return sum;
}

Cart load_cart(std::int64_t customer_id) {
  Cart cart;
  cart.customer_id = customer_id;
  {
    Prepared head("SELECT coupon_code FROM carts WHERE customer_id = ?1");
    sqlite3_bind_int64(head.statement, 1, customer_id);
    if (head.step()) cart.coupon_code = head.text(0);
  }
  Prepared rows(
      "SELECT i.product_id, p.sku, p.name, i.quantity,"
      " (SELECT pr.unit_price_cents FROM prices pr WHERE pr.product_id = i.product_id"
      "   AND pr.min_quantity <= i.quantity ORDER BY pr.min_quantity DESC LIMIT 1)"
      " FROM cart_items i JOIN products p ON p.id = i.product_id"
      " WHERE i.customer_id = ?1 ORDER BY i.product_id");
  sqlite3_bind_int64(rows.statement, 1, customer_id);
  while (rows.step()) {
    CartLine line;
    line.product_id = sqlite3_column_int64(rows.statement, 0);
    line.sku = rows.text(1);
    line.name = rows.text(2);
    line.quantity = sqlite3_column_int64(rows.statement, 3);
    line.unit_price_cents = sqlite3_column_int64(rows.statement, 4);
    cart.lines.push_back(line);
  }
  return cart;
}

void ensure_cart(std::int64_t customer_id) {
  const std::string today = core::today();
  Prepared insert(
      "INSERT INTO carts (customer_id, updated_on) VALUES (?1, ?2)"
      " ON CONFLICT(customer_id) DO UPDATE SET updated_on = excluded.updated_on");
  sqlite3_bind_int64(insert.statement, 1, customer_id);
  sqlite3_bind_text(insert.statement, 2, today.c_str(), -1, SQLITE_TRANSIENT);
  insert.step();
}

void put_item(std::int64_t customer_id, std::int64_t product_id, std::int64_t quantity) {
  Prepared insert("INSERT OR REPLACE INTO cart_items (customer_id, product_id, quantity) VALUES (?1, ?2, ?3)");
  sqlite3_bind_int64(insert.statement, 1, customer_id);
  sqlite3_bind_int64(insert.statement, 2, product_id);
  sqlite3_bind_int64(insert.statement, 3, quantity);
  insert.step();
}

void add_item(std::int64_t customer_id, std::int64_t product_id, std::int64_t quantity) {
  char sql[256];
  std::snprintf(sql, sizeof sql,
                "INSERT INTO cart_items (customer_id, product_id, quantity) VALUES (%lld, %lld, %lld)"
                " ON CONFLICT(customer_id, product_id) DO UPDATE SET quantity = quantity + %lld",
                static_cast<long long>(customer_id), static_cast<long long>(product_id),
                static_cast<long long>(quantity), static_cast<long long>(quantity));
  execute(sql);
}

bool remove_item(std::int64_t customer_id, std::int64_t product_id) {
  core::DbLock lock = core::Database::instance().lock();
  Prepared gone("DELETE FROM cart_items WHERE customer_id = ?1 AND product_id = ?2");
  sqlite3_bind_int64(gone.statement, 1, customer_id);
  sqlite3_bind_int64(gone.statement, 2, product_id);
  gone.step();
  return sqlite3_changes(core::Database::instance().handle()) > 0;
}

void set_coupon(std::int64_t customer_id, const std::string& code) {
  Prepared update("UPDATE carts SET coupon_code = ?2 WHERE customer_id = ?1");
  sqlite3_bind_int64(update.statement, 1, customer_id);
  sqlite3_bind_text(update.statement, 2, code.c_str(), -1, SQLITE_TRANSIENT);
  update.step();
}

void clear_cart(std::int64_t customer_id) {
  const std::string id = std::to_string(customer_id);
  execute(("DELETE FROM cart_items WHERE customer_id = " + id).c_str());
  execute(("DELETE FROM carts WHERE customer_id = " + id).c_str());
}

bool product_is_for_sale(std::int64_t product_id) {
  Prepared row(
      "SELECT 1 FROM products p JOIN stock s ON s.product_id = p.id"
      " WHERE p.id = ?1 AND p.active = 1 AND s.on_hand > 0");
  sqlite3_bind_int64(row.statement, 1, product_id);
  return row.step();
}

}  // namespace shop::cart
