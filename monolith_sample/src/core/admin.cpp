// Health, settings, the audit log: what the people who run the shop look at.
#include "core/app.hpp"
#include "core/json.hpp"
#include "core/shop.hpp"

namespace shop::core {
namespace {

Response livez(const Request&) { return json_response({{"status", "ok"}}); }

Response readyz(const Request&) {
  try {
    Database::instance().select_int("SELECT COUNT(*) FROM settings");
    return json_response({{"status", "ready"}});
  } catch (const DatabaseError&) {
    return error_response(503, "not_ready", "the database does not answer");
  }
}

Response version(const Request&) { return json_response({{"name", "banyan-shop"}, {"version", kVersion}}); }

Response audit_log(const Request& request) {
  const std::int64_t limit = request.limit(), offset = request.offset();
  json::array rows;
  auto row = Database::instance().select(
      "SELECT id, actor, action, entity, entity_id FROM audit_log ORDER BY id DESC LIMIT ? OFFSET ?", limit, offset);
  while (row.next()) {
    rows.push_back(json::object{{"id", row.integer(0)},
                                {"actor", id_or_null(row.integer(1))},
                                {"action", row.text(2)},
                                {"entity", row.text(3)},
                                {"entity_id", row.integer(4)}});
  }
  return json_response({{"entries", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

Response show_setting(const Request& request) {
  const std::string& key = request.params.at("key");
  const std::string value = setting(key, "");
  if (value.empty()) throw not_found("setting", key);
  return json_response({{"key", key}, {"value", value}});
}

Response save_setting(const Request& request) {
  const std::string& key = request.params.at("key");
  const std::string value = need_text(parse_body(request), "value");
  if (key == "business_date" && !is_date(value)) throw bad_request("value must be a date");
  if (value.empty()) throw bad_request("value must not be empty");
  set_setting(key, value);
  Clock::instance().forget();
  return json_response({{"key", key}, {"value", value}});
}

Response maintenance(const Request& request) {
  const json::object body = parse_body(request);
  const json::value* on = body.if_contains("on");
  if (on == nullptr || !on->is_bool()) throw bad_request("on must be true or false");
  g_maintenance_mode = on->as_bool();
  return json_response({{"on", g_maintenance_mode.load()}});
}

Response list_routes(const Request& request);

const FunctionRow kAdminRoutes[] = {
    {"GET", "/livez", livez},
    {"GET", "/readyz", readyz},
    {"GET", "/api/version", &version},
    {"GET", "/api/admin/audit", &audit_log},
    {"GET", "/api/admin/settings/{key}", &show_setting},
    {"PUT", "/api/admin/settings/{key}", &save_setting},
    {"PUT", "/api/admin/maintenance", &maintenance},
    {"GET", "/api/admin/routes", &list_routes},
};

// Only known after everybody has registered, hence a pointer.
const Router* all_routes = nullptr;

Response list_routes(const Request&) {
  json::array rows;
  for (const auto& route : all_routes->routes()) rows.push_back(json::value(route.method + " " + route.path));
  return json_response({{"routes", std::move(rows)}});
}

}  // namespace

void register_admin_routes(Router& router) {
  all_routes = &router;
  for (const auto& row : kAdminRoutes) router.add(row.method, row.path, row.handler);
}

}  // namespace shop::core
