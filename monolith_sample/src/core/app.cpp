#include "core/app.hpp"

#include "cart/cart_controller.hpp"
#include "catalog/catalog_controller.hpp"
#include "core/shop.hpp"
#include "customers/customer_controller.hpp"
#include "inventory/stock_controller.hpp"
#include "notifications/notification_controller.hpp"
#include "orders/order_controller.hpp"
#include "payments/payment_controller.hpp"
#include "pricing/pricing_controller.hpp"
#include "reporting/report_controller.hpp"
#include "shipping/shipping_controller.hpp"

namespace shop::core {

void start_modules(const std::string& db_path) {
  Config::instance().set("db", db_path);
  Database::instance().open(db_path);
  create_schema(Database::instance());
  Clock::instance().forget();
  SessionCache::instance().clear();
  Hooks::instance().clear();
  orders::install_settlement();
  shipping::ShipmentService::install_hooks();
  notifications::NotificationService::install_hooks();
}

void register_all_routes(Router& router) {
  customers::register_routes(router);
  catalog::register_routes(router);
  cart::register_routes(router);
  pricing::register_routes(router);
  orders::register_routes(router);
  payments::register_routes(router);
  inventory::register_routes(router);
  shipping::register_routes(router);
  notifications::register_routes(router);
  reporting::register_routes(router);
  register_admin_routes(router);
  register_pages(router);
}

bool seed_all(Database& db) {
  if (db.select_int("SELECT COUNT(*) FROM customers") > 0) return false;
  Transaction transaction(db);
  Clock::instance().set_today("2026-01-01");
  customers::seed(db);
  catalog::seed(db);
  pricing::seed(db);
  inventory::seed(db);
  shipping::seed(db);
  notifications::seed(db);
  orders::seed(db);
  Clock::instance().set_today("2026-03-02");
  transaction.commit();
  Clock::instance().forget();
  return true;
}

}  // namespace shop::core
