#include "inventory/remote_stock.hpp"

#include "core/util.hpp"
#include "orders/order.hpp"

namespace shop::inventory {

namespace json = core::json;

namespace {

const std::string kRoot = "/api/inventory";

std::string encoded(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
    out += plain ? std::string(1, static_cast<char>(c)) : core::format("%%%02X", c);
  }
  return out;
}

std::string page(std::int64_t limit, std::int64_t offset) {
  return "limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset);
}

std::string product(std::int64_t id) { return kRoot + "/" + std::to_string(id); }
std::string reservation_path(std::int64_t id) { return kRoot + "/reservations/" + std::to_string(id); }

StockLevel to_level(const json::object& row) {
  StockLevel level;
  level.product_id = core::need_int(row, "product_id");
  level.sku = core::need_text(row, "sku");
  level.name = core::need_text(row, "name");
  level.warehouse = core::need_text(row, "warehouse");
  level.on_hand = core::need_int(row, "on_hand");
  level.reserved = core::need_int(row, "reserved");
  level.sold = core::need_int(row, "sold");
  level.received = core::need_int(row, "received");
  level.reorder_level = core::need_int(row, "reorder_level");
  return level;
}

Movement to_movement(const json::object& row) {
  return {core::need_int(row, "id"), core::need_text(row, "kind"), core::need_int(row, "quantity"),
          core::need_text(row, "reference"), core::need_text(row, "on")};
}

WarehouseSummary to_warehouse(const json::object& row) {
  return {core::need_text(row, "code"), core::need_text(row, "city"), core::need_int(row, "products"),
          core::need_int(row, "units")};
}

template <typename Row>
std::vector<Row> rows(const json::value& answer, const char* member, Row (*read)(const json::object&)) {
  std::vector<Row> found;
  for (const auto& row : core::need_array(answer.as_object(), member)) found.push_back(read(row.as_object()));
  return found;
}

}  // namespace

RemoteStock::RemoteStock(const std::string& address, const std::string& db_path, core::RemoteOptions options)
    : service_("inventory", address, options), holds_(service_, db_path + ".holds") {}

std::optional<StockLevel> RemoteStock::find(std::int64_t product_id) {
  try {
    return get(product_id);
  } catch (const core::ApiError& error) {
    if (error.status() != 404) throw;
    return std::nullopt;
  }
}

StockLevel RemoteStock::get(std::int64_t product_id) { return to_level(service_.ask(product(product_id)).as_object()); }

std::vector<StockLevel> RemoteStock::list(bool only_low, const std::string& warehouse, std::int64_t limit,
                                          std::int64_t offset) {
  const std::string filter = std::string(only_low ? "&low=1" : "") +
                             (warehouse.empty() ? "" : "&warehouse=" + encoded(warehouse));
  return rows(service_.ask(kRoot + "?" + page(limit, offset) + filter), "stock", &to_level);
}

std::vector<Movement> RemoteStock::movements(std::int64_t product_id, std::int64_t limit, std::int64_t offset) {
  return rows(service_.ask(product(product_id) + "/movements?" + page(limit, offset)), "movements", &to_movement);
}

std::vector<WarehouseSummary> RemoteStock::warehouses() {
  return rows(service_.ask("/api/warehouses"), "warehouses", &to_warehouse);
}

StockLevel RemoteStock::receive(std::int64_t product_id, std::int64_t quantity, const std::string& reference) {
  return to_level(service_.send("POST", product(product_id) + "/receive",
                                {{"quantity", quantity}, {"reference", reference}}).as_object());
}

StockLevel RemoteStock::adjust(std::int64_t product_id, std::int64_t delta, const std::string& reason) {
  return to_level(
      service_.send("POST", product(product_id) + "/adjust", {{"delta", delta}, {"reason", reason}}).as_object());
}

Reservation RemoteStock::reserve(const std::string& order_ref, std::int64_t product_id, std::int64_t quantity) {
  return to_reservation(
      service_.send("POST", kRoot + "/reservations",
                    {{"order_ref", order_ref}, {"product_id", product_id}, {"quantity", quantity}}).as_object());
}

Reservation RemoteStock::reservation(std::int64_t id) {
  return to_reservation(service_.ask(reservation_path(id)).as_object());
}

std::vector<Reservation> RemoteStock::reservations_of(const std::string& order_ref) {
  return to_reservations(service_.ask(kRoot + "/reservations?order_ref=" + encoded(order_ref)));
}

Reservation RemoteStock::commit(std::int64_t reservation_id) {
  return to_reservation(service_.send("POST", reservation_path(reservation_id) + "/commit").as_object());
}

Reservation RemoteStock::release(std::int64_t reservation_id) {
  return to_reservation(service_.send("DELETE", reservation_path(reservation_id)).as_object());
}

void RemoteStock::hold(const std::string& order_number, const std::vector<orders::OrderItem>& lines) {
  holds_.hold(order_number, lines);
}

void RemoteStock::settle(const orders::Order& order) { holds_.sold(order.number); }
void RemoteStock::give_back(const orders::Order& order) { holds_.returned(order.number); }

}  // namespace shop::inventory
