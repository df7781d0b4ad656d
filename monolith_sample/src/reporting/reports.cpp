#include "reporting/reports.hpp"

#include "core/shop.hpp"

#include <fstream>

namespace shop::reporting {
namespace {

core::Database& db() { return core::Database::instance(); }

}  // namespace

std::vector<DaySales> sales(const std::string& from, const std::string& to) {
  std::vector<DaySales> found;
  auto row = db().select(
      "SELECT day, COUNT(*), SUM(units), SUM(total_cents), SUM(refunded_cents) FROM v_order_revenue "
      "WHERE status IN ('paid', 'shipped', 'delivered') AND day >= ? AND day <= ? GROUP BY day ORDER BY day",
      from, to);
  while (row.next()) {
    found.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)});
  }
  return found;
}

std::vector<TopProduct> top_products(std::int64_t limit) {
  std::vector<TopProduct> found;
  auto row = db().select(R"sql(
      SELECT p.id, p.sku, p.name, SUM(i.quantity) AS units, SUM(i.quantity * i.unit_price_cents)
        FROM order_items i
        JOIN orders o ON o.id = i.order_id AND o.status <> 'cancelled'
        JOIN products p ON p.id = i.product_id
       GROUP BY p.id, p.sku, p.name
       ORDER BY units DESC, p.id
       LIMIT ?
  )sql", limit);
  while (row.next()) {
    found.push_back({row.integer(0), row.text(1), row.text(2), row.integer(3), row.integer(4)});
  }
  return found;
}

std::vector<StockValue> stock_value() {
  std::vector<StockValue> found;
  auto row = db().select(
      "SELECT warehouse, COUNT(*), SUM(on_hand), SUM(value_cents) FROM v_stock_value "
      "GROUP BY warehouse ORDER BY warehouse");
  while (row.next()) found.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3)});
  return found;
}

// Chatty: one question to orders, payments and shipping for every single order.
CustomerReport customer_report(std::int64_t customer_id) {
  const core::Account account = core::SessionCache::instance().account(customer_id);
  CustomerReport report;
  report.customer_id = account.id;
  report.name = account.name;
  orders::OrderFilter filter;
  filter.customer_id = customer_id;
  filter.limit = 1000;
  for (const auto& order : orders::OrderService::instance().list(filter)) {
    ++report.orders;
    for (const auto& payment : payments::ledger().list(order.id, 100, 0)) {
      if (payment.status == "declined") continue;
      ++report.payments;
      report.spent_cents += payment.amount_cents - payment.refunded_cents;
    }
    if (shipping::ShipmentService::instance().of_order(order.id)) ++report.shipments;
  }
  report.open_notifications = notifications::NotificationService::instance().unread(customer_id);
  return report;
}

std::vector<CouponUse> coupon_use() {
  std::vector<CouponUse> found;
  auto row = db().select(
      "SELECT c.code, COUNT(r.id), COALESCE(SUM(r.discount_cents), 0) "
      "FROM coupons c LEFT JOIN coupon_redemptions r ON r.code = c.code GROUP BY c.code ORDER BY c.code");
  while (row.next()) found.push_back({row.text(0), row.integer(1), row.integer(2)});
  return found;
}

std::int64_t manifest_lines() {
  std::ifstream in(core::Config::instance().manifest_path());
  std::int64_t lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  return lines;
}

}  // namespace shop::reporting
