#include "core/database.hpp"
#include "inventory/inventory_schema.hpp"
#include "notifications/notification_schema.hpp"
#include "pricing/pricing_schema.hpp"
#include "reporting/reporting_schema.hpp"
#include "shipping/shipping_schema.hpp"

namespace shop::core {

extern const char* const kBaseSchema;

void create_schema(Database& db) {
  db.exec(kBaseSchema);
  pricing::create_tables(db);
  inventory::create_tables(db);
  shipping::create_tables(db);
  notifications::create_tables(db);
  reporting::create_tables(db);
}

}  // namespace shop::core
