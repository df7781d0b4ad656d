#include "shipping/shipping_rates.hpp"

#include "core/database.hpp"

namespace shop::shipping {

std::int64_t rate_cents(const std::string& country, std::int64_t grams) {
  core::Database& db = core::Database::instance();
  {
    auto row = db.select(
        "SELECT price_cents FROM shipping_rates WHERE country = ? AND up_to_grams >= ? ORDER BY up_to_grams LIMIT 1",
        country, grams);
    if (row.next()) return row.integer(0);
  }
  return 2 * db.select_int("SELECT MAX(price_cents) FROM shipping_rates WHERE country = ?", country);
}

std::vector<Rate> rates(const std::string& country) {
  std::vector<Rate> found;
  auto row = core::Database::instance().select(
      "SELECT country, up_to_grams, price_cents FROM shipping_rates "
      "WHERE (? = '' OR country = ?) ORDER BY country, up_to_grams",
      country, country);
  while (row.next()) found.push_back({row.text(0), row.integer(1), row.integer(2)});
  return found;
}

}  // namespace shop::shipping
