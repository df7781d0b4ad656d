#include "shipping/shipment_service.hpp"

#include "core/shop.hpp"

#include <fstream>

namespace shop::shipping {
namespace {

core::Database& db() { return core::Database::instance(); }

const char* carrier_for(std::int64_t grams) { return grams > 10000 ? "freight" : grams > 1000 ? "parcel" : "letter"; }

Shipment to_shipment(const core::Cursor& row) {
  Shipment shipment;
  shipment.id = row.integer(0);
  shipment.order_id = row.integer(1);
  shipment.number = row.text(2);
  shipment.carrier = row.text(3);
  shipment.status = row.text(4);
  shipment.weight_grams = row.integer(5);
  shipment.address = row.text(6);
  shipment.created_on = row.text(7);
  shipment.dispatched_on = row.text(8);
  shipment.delivered_on = row.text(9);
  return shipment;
}

}  // namespace

ShipmentService& ShipmentService::instance() {
  static ShipmentService service;
  return service;
}

std::vector<Shipment> ShipmentService::query(const std::string& where, std::int64_t value) {
  std::vector<Shipment> found;
  auto row = db().select(
      "SELECT id, order_id, number, carrier, status, weight_grams, address, created_on, dispatched_on, delivered_on "
      "FROM shipments WHERE " + where + " = ?",
      value);
  while (row.next()) found.push_back(to_shipment(row));
  return found;
}

Shipment ShipmentService::get(std::int64_t id) {
  const auto found = query("id", id);
  if (found.empty()) throw core::not_found("shipment", id);
  return found.front();
}

std::optional<Shipment> ShipmentService::of_order(std::int64_t order_id) {
  const auto found = query("order_id", order_id);
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::vector<Shipment> ShipmentService::list(const std::string& status, std::int64_t limit, std::int64_t offset) {
  std::vector<Shipment> found;
  auto row = db().select(
      "SELECT id, order_id, number, carrier, status, weight_grams, address, created_on, dispatched_on, delivered_on"
      " FROM shipments WHERE (? = '' OR status = ?) ORDER BY id LIMIT ? OFFSET ?",
      status, status, limit, offset);
  while (row.next()) found.push_back(to_shipment(row));
  return found;
}

// Reads five tables of four modules to write one row of its own.
void ShipmentService::create_for_order(std::int64_t order_id) {
  std::int64_t grams = 0;
  std::string address;
  {
    auto row = db().select(
        "SELECT COALESCE(SUM(i.quantity * p.weight_grams), 0), "
        "       COALESCE((SELECT a.street || ', ' || a.zip || ' ' || a.city || ', ' || a.country "
        "                   FROM addresses a WHERE a.customer_id = o.customer_id "
        "                  ORDER BY a.is_default DESC, a.id LIMIT 1), 'pick-up') "
        "  FROM orders o "
        "  JOIN order_items i ON i.order_id = o.id "
        "  JOIN products p ON p.id = i.product_id "
        " WHERE o.id = ?",
        order_id);
    row.next();
    grams = row.integer(0);
    address = row.text(1);
  }
  db().run(
      "INSERT INTO shipments (order_id, number, carrier, weight_grams, address, created_on) "
      "VALUES (?, ?, ?, ?, ?, ?)",
      order_id, core::next_number("shipment", "SH"), carrier_for(grams), grams, address, core::today());
}

void ShipmentService::cancel_for_order(std::int64_t order_id) {
  db().run("UPDATE shipments SET status = 'cancelled' WHERE order_id = ? AND status = 'created'", order_id);
}

Shipment ShipmentService::dispatch(std::int64_t id) {
  core::Transaction transaction(db());
  const Shipment shipment = get(id);
  if (shipment.status != "created") {
    throw core::conflict("conflict", "shipment " + std::to_string(id) + " is " + shipment.status);
  }
  db().run("UPDATE shipments SET status = 'dispatched', dispatched_on = ? WHERE id = ?", core::today(), id);
  // The order is somebody else's, but its status has to follow.
  db().run("UPDATE orders SET status = 'shipped' WHERE id = ?", shipment.order_id);
  orders::OrderService::instance().record_event(shipment.order_id, "shipped", shipment.number);
  for (const auto& hook : core::Hooks::instance().shipment_dispatched) hook(shipment.order_id, shipment.number);
  transaction.commit();
  append_manifest(shipment);
  return get(id);
}

Shipment ShipmentService::deliver(std::int64_t id) {
  core::Transaction transaction(db());
  const Shipment shipment = get(id);
  if (shipment.status != "dispatched") {
    throw core::conflict("conflict", "shipment " + std::to_string(id) + " is " + shipment.status);
  }
  db().run("UPDATE shipments SET status = 'delivered', delivered_on = ? WHERE id = ?", core::today(), id);
  db().run("UPDATE orders SET status = 'delivered' WHERE id = ?", shipment.order_id);
  orders::OrderService::instance().record_event(shipment.order_id, "delivered", shipment.number);
  transaction.commit();
  return get(id);
}

Shipment ShipmentService::set_carrier(std::int64_t id, const std::string& carrier) {
  get(id);
  db().run("UPDATE shipments SET carrier = ? WHERE id = ?", carrier, id);
  return get(id);
}

// The carrier fetches this file at night; reporting reads it as well.
void ShipmentService::append_manifest(const Shipment& shipment) {
  std::ofstream out(core::Config::instance().manifest_path(), std::ios::app);
  out << shipment.number << ',' << shipment.order_id << ',' << shipment.weight_grams << ','
      << core::csv_field(shipment.address) << '\n';
  if (!out) core::log_warn("shipment " + shipment.number + ": manifest not written");
}

void ShipmentService::install_hooks() {
  auto& hooks = core::Hooks::instance();
  hooks.order_paid.push_back([](std::int64_t order_id) { instance().create_for_order(order_id); });
  hooks.order_cancelled.push_back([](std::int64_t order_id) { instance().cancel_for_order(order_id); });
}

}  // namespace shop::shipping
