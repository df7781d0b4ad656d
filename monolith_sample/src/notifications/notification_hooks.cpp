#include "core/database.hpp"
#include "core/hooks.hpp"
#include "core/log.hpp"
#include "core/util.hpp"
#include "inventory/stock_service.hpp"
#include "notifications/notification_service.hpp"

namespace shop::notifications {
namespace {

// What a message about an order needs, in one join over orders and customers.
Values order_values(std::int64_t order_id, std::int64_t& customer_id) {
  auto row = core::Database::instance().select(
      "SELECT o.number, o.total_cents, o.currency, c.id, c.name "
      "FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = ?",
      order_id);
  if (!row.next()) return {};
  customer_id = row.integer(3);
  return {{"order", row.text(0)}, {"total", core::money(row.integer(1), row.text(2))}, {"name", row.text(4)}};
}

void about_order(std::int64_t order_id, const std::string& template_name, const Values& more = {}) {
  std::int64_t customer_id = 0;
  Values values = order_values(order_id, customer_id);
  values.insert(more.begin(), more.end());
  NotificationService::instance().send(customer_id, template_name, values);
}

void on_low_stock(std::int64_t product_id, std::int64_t on_hand) {
  const auto level = inventory::stock().get(product_id);
  NotificationService::instance().send(0, "low_stock",
                                       {{"sku", level.sku},
                                        {"product", level.name},
                                        {"warehouse", level.warehouse},
                                        {"on_hand", std::to_string(on_hand)}});
}

}  // namespace

void NotificationService::install_hooks() {
  auto& hooks = core::Hooks::instance();
  hooks.order_placed.push_back([](std::int64_t order_id) { about_order(order_id, "order_placed"); });
  hooks.order_paid.push_back([](std::int64_t order_id) { about_order(order_id, "order_paid"); });
  hooks.order_cancelled.push_back([](std::int64_t order_id) { about_order(order_id, "order_cancelled"); });
  hooks.shipment_dispatched.push_back([](std::int64_t order_id, const std::string& number) {
    about_order(order_id, "shipment_dispatched", {{"shipment", number}});
  });
  inventory::set_low_stock_callback(&on_low_stock);
}

}  // namespace shop::notifications
