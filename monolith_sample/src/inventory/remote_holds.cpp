#include "inventory/remote_holds.hpp"

#include "core/database.hpp"
#include "core/log.hpp"
#include "orders/order.hpp"

namespace shop::inventory {

namespace json = core::json;

namespace {

const std::string kHolds = "/v1/inventory/holds";

core::Database& db() { return core::Database::instance(); }

// An order's line takes its goods at the service now, not here.
void prepare_tables() {
  db().exec("DROP TRIGGER IF EXISTS trg_order_items_stock");
  db().exec(
      "CREATE TABLE IF NOT EXISTS stock_holds ("
      "  order_ref TEXT PRIMARY KEY,"
      "  key       TEXT NOT NULL,"  // '': the order was placed before the service had the stock
      "  wanted    TEXT NOT NULL CHECK (wanted IN ('held', 'sold', 'returned')),"
      "  told      TEXT NOT NULL,"  // the last of these that the service has done; 'nothing' and 'refused' too
      "  trace     TEXT NOT NULL)");
}

}  // namespace

Reservation to_reservation(const json::object& row) {
  return {core::need_int(row, "id"), core::need_text(row, "order_ref"), core::need_int(row, "product_id"),
          core::need_int(row, "quantity"), core::need_text(row, "status")};
}

std::vector<Reservation> to_reservations(const json::value& answer) {
  std::vector<Reservation> found;
  for (const auto& row : core::need_array(answer.as_object(), "reservations")) {
    found.push_back(to_reservation(row.as_object()));
  }
  return found;
}

RemoteHolds::RemoteHolds(core::RemoteService& service, const std::string& log_path)
    : service_(service),
      log_((prepare_tables(), log_path)),  // before the thread below looks for them
      repeater_("inventory", [this] { const bool all = give_back_orphans(); return tell_wanted() && all; }) {}

void RemoteHolds::hold(const std::string& order_number, const std::vector<orders::OrderItem>& lines) {
  const std::string key = order_number + "/" + core::random_key();
  {
    const std::lock_guard lock(mutex_);
    log_.opened({key, core::g_current_trace});
  }
  repeater_.wake();  // its thread waits for the transaction's end
  json::array items;
  for (const auto& line : lines) {
    items.push_back(json::object{{"product_id", line.product_id}, {"quantity", line.quantity}});
  }
  service_.send("POST", kHolds, {{"key", key}, {"order_ref", order_number}, {"items", std::move(items)}});
  db().run("INSERT INTO stock_holds (order_ref, key, wanted, told, trace) VALUES (?, ?, 'held', 'held', ?)",
           order_number, key, core::g_current_trace);
}

void RemoteHolds::want(const std::string& order_number, const std::string& wanted) {
  db().run(
      "INSERT INTO stock_holds (order_ref, key, wanted, told, trace) VALUES (?, '', ?, 'nothing', ?) "
      "ON CONFLICT (order_ref) DO UPDATE SET wanted = excluded.wanted, told = 'nothing', trace = excluded.trace",
      order_number, wanted, core::g_current_trace);
  repeater_.wake();
}

bool RemoteHolds::give_back_orphans() {
  std::vector<core::Intent> open;
  {
    const std::lock_guard lock(mutex_);
    open = log_.open();
  }
  bool all = true;
  for (const auto& hold : open) {
    core::g_current_trace = hold.trace;
    // The database's mutex is free again only when the transaction that asked for the hold has ended.
    const bool kept = db().select_int("SELECT COUNT(*) FROM stock_holds WHERE key = ?", hold.key) > 0;
    if (!kept && !tell({"", hold.key, "returned", hold.trace})) {
      all = false;
      continue;
    }
    const std::lock_guard lock(mutex_);
    log_.closed(hold.key);
  }
  return all;
}

bool RemoteHolds::tell_wanted() {
  std::vector<Owed> owed;
  for (auto row = db().select("SELECT order_ref, key, wanted, trace FROM stock_holds "
                              "WHERE told NOT IN (wanted, 'refused') ORDER BY rowid");
       row.next();) {
    owed.push_back({row.text(0), row.text(1), row.text(2), row.text(3)});
  }
  bool all = true;
  for (const auto& one : owed) all = tell(one) & all;
  return all;
}

// False: the service could not be asked, or not now.
bool RemoteHolds::tell(const Owed& owed) {
  core::g_current_trace = owed.trace;
  std::string told = owed.wanted;
  try {
    owed.wanted == "sold" ? tell_sold(owed) : tell_returned(owed);
  } catch (const core::ApiError& error) {
    if (error.status() >= 500) return false;
    core::log_error("inventory refuses that " + owed.order_ref + owed.key + " is " + owed.wanted + ": " + error.what());
    told = "refused";
  }
  if (!owed.order_ref.empty()) {
    db().run("UPDATE stock_holds SET told = ? WHERE order_ref = ? AND wanted = ?", told, owed.order_ref, owed.wanted);
  }
  return true;
}

void RemoteHolds::tell_sold(const Owed& owed) {
  if (!owed.key.empty()) {
    service_.send("POST", kHolds + "/commit", {{"key", owed.key}});
    return;
  }
  for (const auto& held : reservations(owed)) {
    if (held.status == "held") service_.send("POST", "/api/inventory/reservations/" + std::to_string(held.id) + "/commit");
  }
}

void RemoteHolds::tell_returned(const Owed& owed) {
  if (!owed.key.empty()) {
    service_.send("POST", kHolds + "/return", {{"key", owed.key}});
    return;
  }
  for (const auto& taken : reservations(owed)) {
    const std::string path = "/v1/inventory/reservations/" + std::to_string(taken.id);
    if (taken.status == "held") service_.send("DELETE", path);
    if (taken.status == "committed") service_.send("POST", path + "/return");
  }
}

std::vector<Reservation> RemoteHolds::reservations(const Owed& owed) {
  return to_reservations(service_.ask("/v1/inventory/reservations?order_ref=" + owed.order_ref));
}

}  // namespace shop::inventory
