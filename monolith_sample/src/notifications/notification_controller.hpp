#pragma once

#include "core/http.hpp"

namespace shop::core {
class Router;
class Database;
}  // namespace shop::core

namespace shop::notifications {

class NotificationController {
 public:
  static NotificationController& instance();

  core::Response list(const core::Request& request);
  core::Response show(const core::Request& request);
  core::Response mark_read(const core::Request& request);
  core::Response unread(const core::Request& request);
  core::Response templates(const core::Request& request);
  core::Response save_template(const core::Request& request);
};

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::notifications
