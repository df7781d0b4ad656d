#include "core/clock.hpp"
#include "core/util.hpp"
#include "inventory/stock_controller.hpp"

namespace shop::inventory {

void seed(core::Database& db) {
  static const char* const houses[][2] = {{"BER", "Berlin"}, {"HAM", "Hamburg"}, {"MUC", "Munich"}};
  for (const auto& [code, city] : houses) {
    db.run("INSERT INTO warehouses (code, city) VALUES (?, ?)", code, city);
  }
  std::vector<std::int64_t> products;
  for (auto row = db.select("SELECT id FROM products ORDER BY id"); row.next();) products.push_back(row.integer(0));
  for (const std::int64_t id : products) {
    const std::int64_t units = 40 + (id * 37) % 160;
    db.run("INSERT INTO stock (product_id, warehouse, on_hand, received, reorder_level) VALUES (?, ?, ?, ?, ?)", id,
           houses[id % 3][0], units, units, 10 + id % 15);
    db.run("INSERT INTO stock_movements (product_id, kind, quantity, reference, on_date) "
           "VALUES (?, 'receive', ?, 'initial', ?)",
           id, units, core::today());
  }
}

}  // namespace shop::inventory
