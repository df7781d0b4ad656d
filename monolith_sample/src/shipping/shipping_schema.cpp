#include "shipping/shipping_schema.hpp"

namespace shop::shipping {

void create_tables(core::Database& db) {
  db.exec("CREATE TABLE IF NOT EXISTS shipping_rates ("
          "country TEXT NOT NULL, up_to_grams INTEGER NOT NULL, price_cents INTEGER NOT NULL, "
          "PRIMARY KEY (country, up_to_grams))");
}

}  // namespace shop::shipping
