#include "catalog/catalog_controller.hpp"
#include "catalog/catalog_sql.hpp"
#include "core/database.hpp"
#include "core/util.hpp"

namespace shop::catalog {
namespace {

const char* const kSeedCategories[][2] = {
    {"kitchen", "Kitchen"}, {"garden", "Garden"}, {"office", "Office"}, {"books", "Books"},
    {"toys", "Toys"},       {"sports", "Sports"}, {"home", "Home"},     {"pets", "Pets"},
};
const char* const kColours[] = {"Red", "Blue", "Green", "Black", "White", "Amber"};
const char* const kThings[] = {"Kettle", "Lamp", "Notebook", "Ball", "Chair", "Bowl", "Basket", "Clock", "Mug", "Bag"};

}  // namespace

void seed(core::Database& db) {
  std::int64_t category_id = 0;
  for (const auto& [slug, name] : kSeedCategories) {
    db.run("INSERT INTO categories (id, slug, name) VALUES (?, ?, ?)", ++category_id, slug, name);
  }
  for (int i = 0; i < 60; ++i) {
    const std::string name = std::string(kColours[i % 6]) + " " + kThings[i / 6];
    db.run(sql::kInsertProduct, 1 + i % 8, core::format("SKU-%04d", i + 1), name,
           "A " + core::lower(name) + " that lasts.", 120 + (i * 211) % 4800, i % 8 == 3 ? "reduced" : "standard");
  }
}

}  // namespace shop::catalog
