#include "extracted_services/shop_dialect/dialect.hpp"

namespace banyan::shop_dialect {
namespace json = boost::json;
namespace {

std::string render(const service::Fault& fault, std::string_view) {
  return json::serialize(
      json::object{{"error", json::object{{"code", fault.code}, {"message", fault.message}}}});
}

json::object schema() {
  const json::object text{{"type", "string"}};
  const json::object error{{"type", "object"},
                           {"required", {"code", "message"}},
                           {"properties", {{"code", text}, {"message", text}}}};
  return {{"type", "object"}, {"required", {"error"}}, {"properties", {{"error", error}}}};
}

}  // namespace

const service::Dialect& errors() {
  static const service::Dialect dialect{"application/json", render, schema};
  return dialect;
}

}  // namespace banyan::shop_dialect
