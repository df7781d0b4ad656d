// Messages to customers and to the warehouse, made from templates when something happens elsewhere.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shop::notifications {

struct Notification {
  std::int64_t id = 0;
  std::int64_t customer_id = 0;  // 0: for the staff
  std::string template_name;
  std::string subject;
  std::string body;
  bool is_read = false;
  std::string sent_on;
};

struct Template {
  std::string name, subject, body;
};

using Values = std::map<std::string, std::string>;

class NotificationService {
 public:
  static NotificationService& instance();

  std::vector<Notification> list(std::optional<std::int64_t> customer_id, bool only_unread, std::int64_t limit,
                                 std::int64_t offset);
  Notification get(std::int64_t id);
  Notification mark_read(std::int64_t id);
  std::int64_t unread(std::int64_t customer_id);

  std::vector<Template> templates();
  Template save_template(const Template& changed);

  // Fills the template and stores the message; a missing template is logged, not an error.
  void send(std::int64_t customer_id, const std::string& template_name, const Values& values);

  // Listens to orders, shipments and the stock.
  static void install_hooks();

 private:
  NotificationService() = default;
  std::optional<Template> find_template(const std::string& name);
};

// "Hello {name}" with {name: Ada} -> "Hello Ada"; unknown words stay as they are.
std::string fill(const std::string& text, const Values& values);

}  // namespace shop::notifications
