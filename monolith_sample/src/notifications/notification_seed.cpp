#include "core/database.hpp"
#include "notifications/notification_controller.hpp"

namespace shop::notifications {
namespace {

const char* const kTemplates[][3] = {
    {"order_placed", "Your order {order}", "Hello {name}, we have received your order {order} over {total}."},
    {"order_paid", "Payment for {order}", "Hello {name}, thank you for paying {total}."},
    {"order_cancelled", "{order} is cancelled", "Hello {name}, your order {order} has been cancelled."},
    {"shipment_dispatched", "{order} is on its way", "Hello {name}, parcel {shipment} has left our house."},
    {"low_stock", "{sku} runs low", "{product} in {warehouse}: {on_hand} left."},
};

}  // namespace

void seed(core::Database& db) {
  for (const auto& [name, subject, body] : kTemplates) {
    db.run("INSERT INTO notification_templates (name, subject, body) VALUES (?, ?, ?)", name, subject, body);
  }
}

}  // namespace shop::notifications
