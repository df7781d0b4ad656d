#include "notifications/notification_controller.hpp"

#include "core/json.hpp"
#include "core/router.hpp"
#include "notifications/notification_service.hpp"

#define NOTIFICATIONS "/api/notifications"

namespace shop::notifications {

namespace json = core::json;

namespace {

json::object to_json(const Notification& notification) {
  return {{"id", notification.id},
          {"customer_id", core::id_or_null(notification.customer_id)},
          {"template", notification.template_name},
          {"subject", notification.subject},
          {"body", notification.body},
          {"read", notification.is_read},
          {"sent_on", notification.sent_on}};
}

json::object to_json(const Template& entry) {
  return {{"name", entry.name}, {"subject", entry.subject}, {"body", entry.body}};
}

}  // namespace

NotificationController& NotificationController::instance() {
  static NotificationController controller;
  return controller;
}

core::Response NotificationController::list(const core::Request& request) {
  const std::int64_t limit = request.limit(), offset = request.offset();
  const bool only_unread = request.query_value("unread") == "1";
  json::array rows;
  for (const auto& entry : NotificationService::instance().list(request.account(), only_unread, limit, offset)) {
    rows.push_back(to_json(entry));
  }
  return core::json_response({{"notifications", std::move(rows)}, {"limit", limit}, {"offset", offset}});
}

core::Response NotificationController::show(const core::Request& request) {
  return core::json_response(to_json(NotificationService::instance().get(request.id())));
}

core::Response NotificationController::mark_read(const core::Request& request) {
  return core::json_response(to_json(NotificationService::instance().mark_read(request.id())));
}

core::Response NotificationController::unread(const core::Request& request) {
  const std::int64_t account = request.require_account();
  return core::json_response(
      {{"customer_id", account}, {"unread", NotificationService::instance().unread(account)}});
}

core::Response NotificationController::templates(const core::Request&) {
  json::array rows;
  for (const auto& entry : NotificationService::instance().templates()) rows.push_back(to_json(entry));
  return core::json_response({{"templates", std::move(rows)}});
}

core::Response NotificationController::save_template(const core::Request& request) {
  const json::object body = core::parse_body(request);
  const Template changed{request.params.at("name"), core::need_text(body, "subject"), core::need_text(body, "body")};
  return core::json_response(to_json(NotificationService::instance().save_template(changed)));
}

void register_routes(core::Router& router) {
  SHOP_ROUTE(router, GET, NOTIFICATIONS, NotificationController, list);
  SHOP_ROUTE(router, GET, NOTIFICATIONS "/unread", NotificationController, unread);
  SHOP_ROUTE(router, GET, NOTIFICATIONS "/templates", NotificationController, templates);
  SHOP_ROUTE(router, PUT, NOTIFICATIONS "/templates/{name}", NotificationController, save_template);
  SHOP_ROUTE(router, GET, NOTIFICATIONS "/{id}", NotificationController, show);
  SHOP_ROUTE(router, POST, NOTIFICATIONS "/{id}/read", NotificationController, mark_read);
}

}  // namespace shop::notifications
