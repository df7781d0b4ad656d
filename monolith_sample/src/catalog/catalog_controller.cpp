#include "catalog/catalog_controller.hpp"

#include "catalog/catalog_service.hpp"
#include "catalog/catalog_sql.hpp"
#include "core/json.hpp"
#include "core/router.hpp"
#include "pricing/pricing_service.hpp"

namespace shop::catalog {

namespace json = core::json;

namespace {

json::object to_json(const Product& product) {
  return {{"id", product.id},
          {"sku", product.sku},
          {"name", product.name},
          {"category", product.category},
          {"description", product.description},
          {"weight_grams", product.weight_grams},
          {"tax_class", product.tax_class},
          {"active", product.active},
          {"rating_tenths", product.rating_tenths()},
          {"rating_count", product.rating_count}};
}

json::object to_json(const Review& review) {
  return {{"id", review.id},           {"customer_id", review.customer_id}, {"author", review.author},
          {"stars", review.stars},     {"comment", review.comment},         {"written_on", review.written_on}};
}

CatalogService& service() { return CatalogService::instance(); }

}  // namespace

core::Response CatalogController::list(const core::Request& request) const {
  const std::int64_t limit = request.limit(), offset = request.offset();
  json::array rows;
  for (const auto& product : service().list(request.query_value("category"), limit, offset)) {
    json::object row = to_json(product);
    // One price query a product: the list was short when this was written.
    row["unit_price_cents"] = pricing::PricingService::instance().unit_price(product.id, 1);
    rows.push_back(std::move(row));
  }
  return core::json_response({{"products", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response CatalogController::show(const core::Request& request) const {
  const Product product = service().get(request.id());
  json::object body = to_json(product);
  body["unit_price_cents"] = pricing::PricingService::instance().unit_price(product.id, 1);
  body["views"] = service().count_view(product.id);
  return core::json_response(body);
}

core::Response CatalogController::create(const core::Request& request) const {
  const json::object body = core::parse_body(request);
  Product product;
  product.category_id = core::need_positive(body, "category_id");
  product.sku = core::need_text(body, "sku");
  product.name = core::need_text(body, "name");
  product.description = core::text_or(body, "description", "");
  product.weight_grams = core::int_or(body, "weight_grams", 0);
  product.tax_class = core::text_or(body, "tax_class", "standard");
  const std::int64_t price = core::need_positive(body, "unit_price_cents");
  if (product.sku.empty() || product.name.empty()) throw core::bad_request("sku and name must not be empty");
  if (product.weight_grams < 0) throw core::bad_request("weight_grams must not be negative");
  return core::json_response(to_json(service().create(product, price)), 201);
}

core::Response CatalogController::update(const core::Request& request) const {
  Product product = service().get(request.id());
  const json::object body = core::parse_body(request);
  product.name = core::text_or(body, "name", product.name);
  product.description = core::text_or(body, "description", product.description);
  product.weight_grams = core::int_or(body, "weight_grams", product.weight_grams);
  if (core::has(body, "active")) {
    if (!body.at("active").is_bool()) throw core::bad_request("active must be true or false");
    product.active = body.at("active").as_bool();
  }
  return core::json_response(to_json(service().update(product)));
}

core::Response CatalogController::categories(const core::Request&) const {
  json::array rows;
  for (const auto& category : service().categories()) {
    rows.push_back(json::object{{"id", category.id},
                                {"slug", category.slug},
                                {"name", category.name},
                                {"products", category.products}});
  }
  return core::json_response({{"categories", std::move(rows)}});
}

core::Response CatalogController::reviews(const core::Request& request) const {
  const std::int64_t product_id = request.id();
  service().get(product_id);
  json::array rows;
  for (const auto& review : service().reviews(product_id)) rows.push_back(to_json(review));
  return core::json_response({{"product_id", product_id}, {"reviews", std::move(rows)}});
}

core::Response CatalogController::add_review(const core::Request& request) const {
  const std::int64_t product_id = request.id();
  const std::int64_t account = request.require_account();
  const json::object body = core::parse_body(request);
  const std::int64_t stars = core::need_int(body, "stars");
  if (stars < 1 || stars > 5) throw core::bad_request("stars must be between 1 and 5");
  const std::string comment = core::text_or(body, "comment", "");
  return core::json_response(to_json(service().add_review(product_id, account, stars, comment)), 201);
}

core::Response CatalogController::search(const core::Request& request) const {
  const std::int64_t limit = request.limit();
  const std::string words = request.query_value("q");
  json::array rows;
  for (const auto& hit : service().search(words, request.query_value("sort", "name"), limit)) {
    rows.push_back(json::object{{"product_id", hit.product_id},
                                {"sku", hit.sku},
                                {"name", hit.name},
                                {"unit_price_cents", hit.unit_price_cents},
                                {"in_stock", hit.in_stock}});
  }
  return core::json_response({{"q", words}, {"hits", std::move(rows)}});
}

core::Response CatalogController::search_help(const core::Request&) const {
  return core::json_response({{"sort", json::array{"name", "price", "newest"}}, {"old_syntax", sql::kHelpExample}});
}

void register_routes(core::Router& router) {
  static const CatalogController controller;
  router.add("GET", "/api/products", [](const core::Request& r) { return controller.list(r); });
  router.add("POST", "/api/products", [](const core::Request& r) { return controller.create(r); });
  router.add("GET", "/api/products/{id}", [](const core::Request& r) { return controller.show(r); });
  router.add("PUT", "/api/products/{id}", [](const core::Request& r) { return controller.update(r); });
  router.add("GET", "/api/products/{id}/reviews", [](const core::Request& r) { return controller.reviews(r); });
  router.add("POST", "/api/products/{id}/reviews", [](const core::Request& r) { return controller.add_review(r); });
  router.add("GET", "/api/categories", [](const core::Request& r) { return controller.categories(r); });
  router.add("GET", "/api/search", [](const core::Request& r) { return controller.search(r); });
  router.add("GET", "/api/search/help", [](const core::Request& r) { return controller.search_help(r); });
}

}  // namespace shop::catalog
