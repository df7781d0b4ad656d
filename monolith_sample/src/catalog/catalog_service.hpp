// Products, their categories, how often they were looked at, and what people wrote about them.
#pragma once

#include "core/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shop::catalog {

struct Product {
  std::int64_t id = 0;
  std::int64_t category_id = 0;
  std::string category;
  std::string sku;
  std::string name;
  std::string description;
  std::int64_t weight_grams = 0;
  std::string tax_class = "standard";
  bool active = true;
  std::int64_t rating_sum = 0;
  std::int64_t rating_count = 0;

  // Average in tenths, rounded: 43 is 4.3 stars.
  std::int64_t rating_tenths() const {
    return rating_count == 0 ? 0 : (rating_sum * 20 + rating_count) / (rating_count * 2);
  }
};

struct Category {
  std::int64_t id = 0;
  std::string slug;
  std::string name;
  std::int64_t products = 0;
};

struct Review {
  std::int64_t id = 0;
  std::int64_t customer_id = 0;
  std::string author;
  std::int64_t stars = 0;
  std::string comment;
  std::string written_on;
};

struct SearchHit {
  std::int64_t product_id = 0;
  std::string sku, name;
  std::int64_t unit_price_cents = 0;
  bool in_stock = false;
};

class CatalogService {
 public:
  static CatalogService& instance();

  Product get(std::int64_t id);  // throws not_found
  std::vector<Product> list(const std::string& category, std::int64_t limit, std::int64_t offset);
  std::vector<Category> categories();
  std::vector<SearchHit> search(const std::string& words, const std::string& sort, std::int64_t limit);

  // Makes the price and the stock row too: the three belong together, so they were written together.
  Product create(const Product& product, std::int64_t unit_price_cents);
  Product update(const Product& product);

  std::int64_t count_view(std::int64_t product_id);

  std::vector<Review> reviews(std::int64_t product_id);
  Review add_review(std::int64_t product_id, std::int64_t customer_id, std::int64_t stars,
                    const std::string& comment);

 private:
  CatalogService() = default;
};

}  // namespace shop::catalog
