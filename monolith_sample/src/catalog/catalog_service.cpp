#include "catalog/catalog_service.hpp"

#include "catalog/catalog_sql.hpp"
#include "core/clock.hpp"
#include "core/http.hpp"
#include "core/log.hpp"
#include "core/session.hpp"
#include "core/util.hpp"

namespace shop::catalog {
namespace {

core::Database& db() { return core::Database::instance(); }

Product to_product(const core::Cursor& row) {
  Product product;
  product.id = row.integer(0);
  product.category_id = row.integer(1);
  product.category = row.text(2);
  product.sku = row.text(3);
  product.name = row.text(4);
  product.description = row.text(5);
  product.weight_grams = row.integer(6);
  product.tax_class = row.text(7);
  product.active = row.integer(8) != 0;
  product.rating_sum = row.integer(9);
  product.rating_count = row.integer(10);
  return product;
}

}  // namespace

CatalogService& CatalogService::instance() {
  static CatalogService service;
  return service;
}

Product CatalogService::get(std::int64_t id) {
  auto row = db().select(sql::kProductById, id);
  if (!row.next()) throw core::not_found("product", id);
  return to_product(row);
}

std::vector<Product> CatalogService::list(const std::string& category, std::int64_t limit, std::int64_t offset) {
  std::vector<Product> found;
  auto row = db().select(sql::kListProducts, category, category, limit, offset);
  while (row.next()) found.push_back(to_product(row));
  return found;
}

std::vector<Category> CatalogService::categories() {
  std::vector<Category> found;
  auto row = db().select(sql::kCategories);
  while (row.next()) found.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3)});
  return found;
}

Product CatalogService::create(const Product& product, std::int64_t unit_price_cents) {
  core::Transaction transaction(db());
  if (db().select_int("SELECT COUNT(*) FROM products WHERE sku = ?", product.sku) > 0) {
    throw core::conflict("conflict", "sku " + product.sku + " is taken");
  }
  if (db().select_int("SELECT COUNT(*) FROM categories WHERE id = ?", product.category_id) == 0) {
    throw core::not_found("category", product.category_id);
  }
  db().run(sql::kInsertProduct, product.category_id, product.sku, product.name, product.description,
           product.weight_grams, product.tax_class);
  const std::int64_t id = db().last_id();
  db().run("INSERT INTO prices (product_id, min_quantity, unit_price_cents) VALUES (?, 1, ?)", id,
           unit_price_cents);
  db().run("INSERT INTO stock (product_id, warehouse, reorder_level) "
           "SELECT ?, MIN(code), 10 FROM warehouses",
           id);
  core::audit("create", "product", id);
  transaction.commit();
  core::log_info("insert into products done: " + product.sku);
  return get(id);
}

Product CatalogService::update(const Product& product) {
  db().run(sql::kUpdateProduct, product.name, product.description, product.weight_grams, product.active,
           product.id);
  core::audit("update", "product", product.id);
  return get(product.id);
}

std::int64_t CatalogService::count_view(std::int64_t product_id) {
  db().run(sql::kCountView, product_id);
  return db().select_int(sql::kViews, product_id);
}

std::vector<Review> CatalogService::reviews(std::int64_t product_id) {
  std::vector<Review> found;
  auto row = db().select(
      "SELECT r.id, r.customer_id, c.name, r.stars, r.comment, r.written_on "
      "FROM reviews r JOIN customers c ON c.id = r.customer_id "
      "WHERE r.product_id = ? ORDER BY r.id",
      product_id);
  while (row.next()) {
    found.push_back(
        {row.integer(0), row.integer(1), row.text(2), row.integer(3), row.text(4), row.text(5)});
  }
  return found;
}

Review CatalogService::add_review(std::int64_t product_id, std::int64_t customer_id, std::int64_t stars,
                                  const std::string& comment) {
  const core::Account author = core::SessionCache::instance().account(customer_id);
  core::Transaction transaction(db());
  get(product_id);
  // Only who has bought it may judge it.
  const std::int64_t bought = db().select_int(
      "SELECT COUNT(*) FROM order_items i JOIN orders o ON o.id = i.order_id "
      "WHERE i.product_id = ? AND o.customer_id = ? AND o.status IN ('paid', 'shipped', 'delivered')",
      product_id, customer_id);
  if (bought == 0) {
    throw core::conflict("conflict", "customer " + std::to_string(customer_id) + " has not bought product " +
                                         std::to_string(product_id));
  }
  db().run("INSERT INTO reviews (product_id, customer_id, stars, comment, written_on) VALUES (?, ?, ?, ?, ?)",
           product_id, customer_id, stars, comment, core::today());
  const std::int64_t id = db().last_id();
  transaction.commit();
  return {id, customer_id, author.name, stars, comment, core::today()};
}

}  // namespace shop::catalog
