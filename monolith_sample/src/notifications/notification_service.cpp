#include "notifications/notification_service.hpp"

#include "core/shop.hpp"

namespace shop::notifications {
namespace {

core::Database& db() { return core::Database::instance(); }

Notification to_notification(const core::Cursor& row) {
  return {row.integer(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.integer(5) != 0, row.text(6)};
}

const char* const kColumns = "id, customer_id, template, subject, body, is_read, sent_on";

}  // namespace

std::string fill(const std::string& text, const Values& values) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    out += text.substr(at, open - at);
    const auto value = values.find(text.substr(open + 1, close - open - 1));
    out += value == values.end() ? text.substr(open, close - open + 1) : value->second;
    at = close + 1;
  }
  return out + text.substr(at);
}

NotificationService& NotificationService::instance() {
  static NotificationService service;
  return service;
}

std::vector<Notification> NotificationService::list(std::optional<std::int64_t> customer_id, bool only_unread,
                                                    std::int64_t limit, std::int64_t offset) {
  std::string sql = std::string("SELECT ") + kColumns + " FROM notifications WHERE 1 = 1";
  if (customer_id) sql += " AND customer_id = " + std::to_string(*customer_id);
  if (only_unread) sql.append(" AND is_read = 0");
  sql.append(" ORDER BY id DESC LIMIT ? OFFSET ?");
  std::vector<Notification> found;
  for (auto row = db().select(sql, limit, offset); row.next();) found.push_back(to_notification(row));
  return found;
}

Notification NotificationService::get(std::int64_t id) {
  auto row = db().select(std::string("SELECT ") + kColumns + " FROM notifications WHERE id = ?", id);
  if (!row.next()) throw core::not_found("notification", id);
  return to_notification(row);
}

Notification NotificationService::mark_read(std::int64_t id) {
  db().run("UPDATE notifications SET is_read = 1 WHERE id = ?", id);
  return get(id);
}

std::int64_t NotificationService::unread(std::int64_t customer_id) {
  return db().select_int("SELECT COUNT(*) FROM notifications WHERE customer_id = ? AND is_read = 0", customer_id);
}

std::vector<Template> NotificationService::templates() {
  std::vector<Template> found;
  auto row = db().select("SELECT name, subject, body FROM notification_templates ORDER BY name");
  while (row.next()) found.push_back({row.text(0), row.text(1), row.text(2)});
  return found;
}

Template NotificationService::save_template(const Template& changed) {
  if (db().run("UPDATE notification_templates SET subject = ?, body = ? WHERE name = ?", changed.subject,
               changed.body, changed.name) == 0) {
    throw core::not_found("template", changed.name);
  }
  return changed;
}

std::optional<Template> NotificationService::find_template(const std::string& name) {
  auto row = db().select("SELECT name, subject, body FROM notification_templates WHERE name = ?", name);
  if (!row.next()) return std::nullopt;
  return Template{row.text(0), row.text(1), row.text(2)};
}

void NotificationService::send(std::int64_t customer_id, const std::string& template_name, const Values& values) {
  const auto found = find_template(template_name);
  if (!found) {
    core::log_warn("template " + template_name + " is missing: nothing inserted into notifications");
    return;
  }
  db().run("INSERT INTO notifications (customer_id, template, subject, body, sent_on) "
           "VALUES (NULLIF(?, 0), ?, ?, ?, ?)",
           customer_id, template_name, fill(found->subject, values), fill(found->body, values), core::today());
}

}  // namespace shop::notifications
