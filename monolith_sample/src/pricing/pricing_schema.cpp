#include "pricing/pricing_schema.hpp"

namespace shop::pricing {

static const char* const kTables[] = {
    "CREATE TABLE IF NOT EXISTS prices ("
    " product_id INTEGER NOT NULL REFERENCES products(id),"
    " min_quantity INTEGER NOT NULL DEFAULT 1,"
    " unit_price_cents INTEGER NOT NULL CHECK (unit_price_cents >= 0),"
    " PRIMARY KEY (product_id, min_quantity))",

    "CREATE TABLE IF NOT EXISTS coupons ("
    " code TEXT PRIMARY KEY,"
    " kind TEXT NOT NULL CHECK (kind IN ('percent', 'amount')),"
    " value INTEGER NOT NULL,"
    " min_subtotal_cents INTEGER NOT NULL DEFAULT 0,"
    " max_uses INTEGER NOT NULL DEFAULT 0,"
    " used INTEGER NOT NULL DEFAULT 0,"
    " valid_until TEXT NOT NULL)",

    "CREATE TABLE IF NOT EXISTS coupon_redemptions ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " code TEXT NOT NULL REFERENCES coupons(code),"
    " order_id INTEGER NOT NULL REFERENCES orders(id),"
    " customer_id INTEGER NOT NULL REFERENCES customers(id),"
    " discount_cents INTEGER NOT NULL)",

    "CREATE TABLE IF NOT EXISTS tax_rates ("
    " country TEXT NOT NULL,"
    " tax_class TEXT NOT NULL,"
    " rate_bp INTEGER NOT NULL,"
    " PRIMARY KEY (country, tax_class))",
};

void create_tables(core::Database& db) {
  for (const char* statement : kTables) db.exec(statement);
}

}  // namespace shop::pricing
