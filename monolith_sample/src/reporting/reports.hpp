// Numbers for the office. Reads everybody's tables, through views and without.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shop::reporting {

struct DaySales {
  std::string day;
  std::int64_t orders = 0, units = 0, revenue_cents = 0, refunded_cents = 0;
};

struct TopProduct {
  std::int64_t product_id = 0;
  std::string sku, name;
  std::int64_t units = 0, revenue_cents = 0;
};

struct StockValue {
  std::string warehouse;
  std::int64_t products = 0, units = 0, value_cents = 0;
};

struct CustomerReport {
  std::int64_t customer_id = 0;
  std::string name;
  std::int64_t orders = 0, spent_cents = 0, payments = 0, shipments = 0, open_notifications = 0;
};

struct TableCount {
  std::string table;
  std::int64_t rows = 0;
};

struct CouponUse {
  std::string code;
  std::int64_t uses = 0, discount_cents = 0;
};

std::vector<DaySales> sales(const std::string& from, const std::string& to);
std::vector<TopProduct> top_products(std::int64_t limit);
std::vector<StockValue> stock_value();
CustomerReport customer_report(std::int64_t customer_id);
std::vector<CouponUse> coupon_use();
std::vector<DaySales> daily(std::int64_t limit);

// Throws away daily_sales and counts again; returns the days written.
std::int64_t rebuild_daily_sales();

// Any table that exists; throws not_found for the others.
TableCount count_table(const std::string& table);

// Copies everything older than the date into <table>_archive and says how many rows; nothing is deleted.
std::int64_t archive(const std::string& table, const std::string& before);

// Parcels in the carrier's file, which shipping appends to.
std::int64_t manifest_lines();

}  // namespace shop::reporting
