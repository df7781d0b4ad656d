#include "reporting/report_controller.hpp"

#include "core/globals.hpp"
#include "core/json.hpp"
#include "core/router.hpp"
#include "core/util.hpp"
#include "reporting/reports.hpp"

#include <functional>

namespace shop::reporting {

namespace json = core::json;

namespace {

json::array to_json(const std::vector<DaySales>& days) {
  json::array rows;
  for (const auto& day : days) {
    rows.push_back(json::object{{"day", day.day},
                                {"orders", day.orders},
                                {"units", day.units},
                                {"revenue_cents", day.revenue_cents},
                                {"refunded_cents", day.refunded_cents}});
  }
  return rows;
}

std::string date_param(const core::Request& request, const std::string& name, const std::string& fallback) {
  const std::string date = request.query_value(name, fallback);
  if (!core::is_date(date)) throw core::bad_request(name + " must be a date");
  return date;
}

}  // namespace

core::Response ReportController::sales(const core::Request& request) const {
  const std::string from = date_param(request, "from", "2026-01-01");
  const std::string to = date_param(request, "to", "9999-12-31");
  return core::json_response({{"from", from}, {"to", to}, {"days", to_json(reporting::sales(from, to))}});
}

core::Response ReportController::daily(const core::Request& request) const {
  return core::json_response({{"days", to_json(reporting::daily(request.limit()))}});
}

core::Response ReportController::rebuild(const core::Request&) const {
  return core::json_response({{"days", rebuild_daily_sales()}});
}

core::Response ReportController::top_products(const core::Request& request) const {
  json::array rows;
  for (const auto& product : reporting::top_products(request.limit())) {
    rows.push_back(json::object{{"product_id", product.product_id},
                                {"sku", product.sku},
                                {"name", product.name},
                                {"units", product.units},
                                {"revenue_cents", product.revenue_cents}});
  }
  return core::json_response({{"products", std::move(rows)}});
}

core::Response ReportController::stock_value(const core::Request&) const {
  json::array rows;
  for (const auto& house : reporting::stock_value()) {
    rows.push_back(json::object{{"warehouse", house.warehouse},
                                {"products", house.products},
                                {"units", house.units},
                                {"value_cents", house.value_cents}});
  }
  return core::json_response({{"warehouses", std::move(rows)}});
}

core::Response ReportController::customer(const core::Request& request) const {
  const CustomerReport report = customer_report(request.id());
  return core::json_response({{"customer_id", report.customer_id},
                              {"name", report.name},
                              {"orders", report.orders},
                              {"spent_cents", report.spent_cents},
                              {"payments", report.payments},
                              {"shipments", report.shipments},
                              {"open_notifications", report.open_notifications}});
}

core::Response ReportController::coupons(const core::Request&) const {
  json::array rows;
  for (const auto& use : coupon_use()) {
    rows.push_back(
        json::object{{"code", use.code}, {"uses", use.uses}, {"discount_cents", use.discount_cents}});
  }
  return core::json_response({{"coupons", std::move(rows)}});
}

core::Response ReportController::dashboard(const core::Request&) const {
  return core::json_response({{"requests", core::g_request_count.load()},
                              {"last_order_id", core::id_or_null(core::g_last_order)},
                              {"discount_since_rebuild_cents", core::g_discount_given_cents.load()},
                              {"manifest_lines", manifest_lines()}});
}

core::Response ReportController::table_count(const core::Request& request) const {
  const TableCount count = count_table(request.params.at("table"));
  return core::json_response({{"table", count.table}, {"rows", count.rows}});
}

core::Response ReportController::archive(const core::Request& request) const {
  const json::object body = core::parse_body(request);
  const std::string table = core::need_text(body, "table");
  const std::string before = core::need_text(body, "before");
  if (!core::is_date(before)) throw core::bad_request("before must be a date");
  return core::json_response({{"table", table}, {"rows", reporting::archive(table, before)}});
}

void register_routes(core::Router& router) {
  using std::placeholders::_1;
  static const ReportController reports;
  router.add("GET", "/api/reports/sales", std::bind(&ReportController::sales, &reports, _1));
  router.add("GET", "/api/reports/daily", std::bind(&ReportController::daily, &reports, _1));
  router.add("POST", "/api/reports/daily/rebuild", std::bind(&ReportController::rebuild, &reports, _1));
  router.add("GET", "/api/reports/top-products", std::bind(&ReportController::top_products, &reports, _1));
  router.add("GET", "/api/reports/stock-value", std::bind(&ReportController::stock_value, &reports, _1));
  router.add("GET", "/api/reports/customers/{id}", std::bind(&ReportController::customer, &reports, _1));
  router.add("GET", "/api/reports/coupons", std::bind(&ReportController::coupons, &reports, _1));
  router.add("GET", "/api/reports/dashboard", std::bind(&ReportController::dashboard, &reports, _1));
  router.add("GET", "/api/reports/tables/{table}", std::bind(&ReportController::table_count, &reports, _1));
  router.add("POST", "/api/reports/archive", std::bind(&ReportController::archive, &reports, _1));
}

}  // namespace shop::reporting
