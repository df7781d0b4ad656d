#include "notifications/notification_schema.hpp"

namespace shop::notifications {

#define TABLE_PREFIX "notification"

void create_tables(core::Database& db) {
  db.exec("CREATE TABLE IF NOT EXISTS " TABLE_PREFIX "s ("
          "id INTEGER PRIMARY KEY AUTOINCREMENT, "
          "customer_id INTEGER REFERENCES customers(id), "
          "template TEXT NOT NULL, "
          "subject TEXT NOT NULL, "
          "body TEXT NOT NULL, "
          "is_read INTEGER NOT NULL DEFAULT 0, "
          "sent_on TEXT NOT NULL)");
  db.exec("CREATE INDEX IF NOT EXISTS ix_notifications_customer ON " TABLE_PREFIX "s(customer_id)");
  db.exec("CREATE TABLE IF NOT EXISTS " TABLE_PREFIX "_templates ("
          "name TEXT PRIMARY KEY, "
          "subject TEXT NOT NULL, "
          "body TEXT NOT NULL)");
}

}  // namespace shop::notifications
