#include "catalog/catalog_service.hpp"
#include "core/database.hpp"

namespace shop::catalog {
namespace {

// The sort orders the page offers. Anything else falls back to the name.
std::string order_by(const std::string& sort) {
  if (sort == "price") return "pr.unit_price_cents, p.id";
  if (sort == "newest") return "p.id DESC";
  return "p.name, p.id";
}

}  // namespace

// One statement over three modules: product, price, stock.
std::vector<SearchHit> CatalogService::search(const std::string& words, const std::string& sort,
                                              std::int64_t limit) {
  std::string sql =
      "SELECT p.id, p.sku, p.name, pr.unit_price_cents, COALESCE(s.on_hand, 0) "
      "FROM products p "
      "LEFT JOIN prices pr ON pr.product_id = p.id AND pr.min_quantity = 1 "
      "LEFT JOIN stock s ON s.product_id = p.id "
      "WHERE p.active = 1 AND (p.name LIKE ? OR p.description LIKE ?)";
  sql += " ORDER BY " + order_by(sort);
  sql += " LIMIT ?";
  const std::string pattern = "%" + words + "%";
  std::vector<SearchHit> hits;
  for (auto row = core::Database::instance().select(sql, pattern, pattern, limit); row.next();) {
    hits.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3), row.integer(4) > 0});
  }
  return hits;
}

}  // namespace shop::catalog
