// The server-rendered pages. They ask every module and write HTML by hand.
#include "core/app.hpp"
#include "core/shop.hpp"

namespace shop::core {
namespace {

std::string page(const std::string& title, const std::string& content) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + html_escape(title) +
         "</title></head>\n<body>\n<h1>" + html_escape(title) + "</h1>\n" + content + "</body></html>\n";
}

std::string link(const std::string& href, const std::string& text) {
  return "<a href=\"" + html_escape(href) + "\">" + html_escape(text) + "</a>";
}

std::string cells(const std::vector<std::string>& values) {
  std::string row = "<tr>";
  for (const auto& value : values) row += "<td>" + value + "</td>";
  return row + "</tr>\n";
}

Response home(const Request&) {
  std::string list = "<ul>\n";
  for (const auto& category : catalog::CatalogService::instance().categories()) {
    list += "<li>" + link("/products?category=" + category.slug, category.name) + " (" +
            std::to_string(category.products) + ")</li>\n";
  }
  // "select * from your favourites": an old slogan, not a statement.
  return html(page("The Shop", "<p>Select from 8 departments</p>\n" + list + "</ul>\n"));
}

Response products(const Request& request) {
  std::string rows;
  for (const auto& product :
       catalog::CatalogService::instance().list(request.query_value("category"), 100, 0)) {
    const std::int64_t cents = pricing::PricingService::instance().unit_price(product.id, 1);
    rows += cells({html_escape(product.sku), link("/products/" + std::to_string(product.id), product.name),
                   money(cents)});
  }
  return html(page("Products", "<table>\n" + rows + "</table>\n"));
}

Response product(const Request& request) {
  const auto found = catalog::CatalogService::instance().get(request.id());
  const auto level = inventory::stock().find(found.id);
  const std::int64_t cents = pricing::PricingService::instance().unit_price(found.id, 1);
  std::string content = "<p>" + html_escape(found.description) + "</p>\n<p>" + money(cents) + ", " +
                        (level && level->on_hand > 0 ? "in stock" : "sold out") + "</p>\n<ul>\n";
  for (const auto& review : catalog::CatalogService::instance().reviews(found.id)) {
    content += "<li>" + std::to_string(review.stars) + "/5 " + html_escape(review.author) + ": " +
               html_escape(review.comment) + "</li>\n";
  }
  return html(page(found.name, content + "</ul>\n"));
}

Response cart_page(const Request& request) {
  const std::int64_t account = request.require_account();
  const Account who = SessionCache::instance().account(account);
  const cart::Cart cart = cart::load_cart(account);
  std::string rows;
  for (const auto& line : cart.lines) {
    rows += cells({html_escape(line.name), std::to_string(line.quantity),
                   money(line.quantity * line.unit_price_cents)});
  }
  return html(page("Cart of " + who.name,
                   "<table>\n" + rows + "</table>\n<p>Sum " + money(cart.subtotal_cents()) + "</p>\n"));
}

Response account_orders(const Request& request) {
  const std::int64_t account = request.require_account();
  const Account who = SessionCache::instance().account(account);
  orders::OrderFilter filter;
  filter.customer_id = account;
  filter.limit = 100;
  std::string rows;
  for (const auto& order : orders::OrderService::instance().list(filter)) {
    const auto shipment = shipping::ShipmentService::instance().of_order(order.id);
    rows += cells({order.number, order.placed_on, order.status, money(order.total_cents, order.currency),
                   shipment ? shipment->number : "-"});
  }
  const std::int64_t unread = notifications::NotificationService::instance().unread(account);
  return html(page("Orders of " + who.name, "<p>" + std::to_string(unread) + " new messages</p>\n<table>\n" + rows +
                                                "</table>\n"));
}

Response stock_page(const Request&) {
  std::string rows;
  for (const auto& level : inventory::stock().list(false, "", 100, 0)) {
    rows += cells({html_escape(level.sku), html_escape(level.name), level.warehouse, std::to_string(level.on_hand),
                   std::to_string(level.reserved), level.low() ? "LOW" : ""});
  }
  return html(page("Stock", "<table>\n" + rows + "</table>\n"));
}

Response sales_page(const Request&) {
  std::string rows;
  for (const auto& day : reporting::sales("2026-01-01", "9999-12-31")) {
    rows += cells({day.day, std::to_string(day.orders), money(day.revenue_cents)});
  }
  return html(page("Sales", "<table>\n" + rows + "</table>\n<p>Last order: #" +
                                std::to_string(g_last_order.load()) + "</p>\n"));
}

}  // namespace

void register_pages(Router& router) {
  router.add("GET", "/", home);
  router.add("GET", "/products", products);
  router.add("GET", "/products/{id}", product);
  router.add("GET", "/cart", cart_page);
  router.add("GET", "/account/orders", account_orders);
  router.add("GET", "/admin/stock", stock_page);
  router.add("GET", "/admin/sales", sales_page);
}

}  // namespace shop::core
