#include "payments/remote_charges.hpp"

#include "core/database.hpp"
#include "core/log.hpp"
#include "orders/order.hpp"
#include "orders/order_service.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace shop::payments {

namespace json = core::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

const std::string kCharges = "/v1/charges";
constexpr milliseconds kLongestPause{50};

core::Database& db() { return core::Database::instance(); }

void prepare_tables() {
  db().exec(
      "CREATE TABLE IF NOT EXISTS kept_charges ("
      "  key        TEXT PRIMARY KEY,"
      "  order_id   INTEGER NOT NULL,"
      "  payment_id INTEGER NOT NULL UNIQUE)");
  db().exec(
      "CREATE TABLE IF NOT EXISTS owed_refunds ("
      "  key          TEXT PRIMARY KEY,"
      "  payment_id   INTEGER NOT NULL,"
      "  order_id     INTEGER NOT NULL,"
      "  amount_cents INTEGER NOT NULL,"
      "  reason       TEXT NOT NULL,"
      "  trace        TEXT NOT NULL,"
      "  told         TEXT NOT NULL CHECK (told IN ('nothing', 'done', 'refused')))");
}

// What is told later is told under the traceparent of its cause.
class TraceOf {
 public:
  explicit TraceOf(const std::string& trace) : before_(std::exchange(core::g_current_trace, trace)) {}
  ~TraceOf() { core::g_current_trace = before_; }
  TraceOf(const TraceOf&) = delete;
  TraceOf& operator=(const TraceOf&) = delete;

 private:
  const std::string before_;
};

std::string prefix_of(std::int64_t order_id) { return "shop-" + std::to_string(order_id) + "-"; }

}  // namespace

RemoteCharges::RemoteCharges(core::RemoteService& service, const std::string& log_path, milliseconds patience)
    : service_(service),
      patience_(patience),
      log_((prepare_tables(), log_path)),  // before the thread below looks for them
      repeater_("payments", [this] { const bool all = cancel_orphans(); return tell_untold(0) && all; }) {}

std::vector<core::Intent> RemoteCharges::open_charges() {
  const std::lock_guard lock(mutex_);
  return log_.open();
}

bool RemoteCharges::is_kept(const std::string& key) {
  return db().select_int("SELECT COUNT(*) FROM kept_charges WHERE key = ?", key) > 0;
}

// Within the caller's transaction, so no other one is under way: an open charge without a row is nobody's.
void RemoteCharges::settle_earlier(std::int64_t order_id) {
  for (const auto& charge : open_charges()) {
    if (charge.key.starts_with(prefix_of(order_id)) && !is_kept(charge.key)) cancel(charge.key);
  }
}

std::int64_t RemoteCharges::charge(const orders::Order& order, const std::string& method, const std::string& token) {
  settle_earlier(order.id);
  const std::string key = prefix_of(order.id) + core::random_key();
  {
    const std::lock_guard lock(mutex_);
    log_.opened({key, core::g_current_trace});
  }
  repeater_.wake();  // its thread waits for the transaction's end
  json::object wish{{"key", key}, {"order_id", order.id}, {"amount_cents", order.total_cents},
                    {"method", method}, {"currency", order.currency}};
  if (method == "card") wish["token"] = token;
  const std::int64_t payment_id = core::need_int(decided(kCharges, wish, "asking"), "payment_id");
  db().run("INSERT INTO kept_charges (key, order_id, payment_id) VALUES (?, ?, ?)", key, order.id, payment_id);
  return payment_id;
}

// Asks until the bank has decided. The key makes it one charge, however often it is asked.
json::object RemoteCharges::decided(const std::string& target, const json::object& wish, const std::string& pending) {
  const auto deadline = steady_clock::now() + patience_;
  for (milliseconds pause{2};; pause = std::min(2 * pause, kLongestPause)) {
    json::object answer = service_.send("POST", target, wish).as_object();
    if (core::need_text(answer, "status") != pending) return answer;
    if (steady_clock::now() + pause >= deadline) {
      throw core::ApiError(503, "payments_unavailable", "the bank has not decided in time");
    }
    std::this_thread::sleep_for(pause);
  }
}

void RemoteCharges::cancel(const std::string& key) { decided(kCharges + "/cancel", {{"key", key}}, "cancelling"); }

RemoteCharges::Owed RemoteCharges::owe(const Refund& wanted) {
  const Owed owed{core::random_key(), wanted, core::g_current_trace};
  db().run(
      "INSERT INTO owed_refunds (key, payment_id, order_id, amount_cents, reason, trace, told) "
      "VALUES (?, ?, ?, ?, ?, ?, 'nothing')",
      owed.key, wanted.payment_id, wanted.order_id, wanted.amount_cents, wanted.reason, owed.trace);
  repeater_.wake();
  return owed;
}

bool RemoteCharges::cancel_orphans() {
  bool all = true;
  for (const auto& charge : open_charges()) {
    const TraceOf cause(charge.trace);
    try {
      // The database's mutex is free again only when the transaction that asked for the charge has ended.
      if (!is_kept(charge.key)) cancel(charge.key);
    } catch (const core::ApiError& error) {
      core::log_warn("payments: " + charge.key + " is not cancelled yet: " + error.what());
      all = false;
      continue;
    }
    const std::lock_guard lock(mutex_);
    log_.closed(charge.key);
  }
  return all;
}

std::vector<RemoteCharges::Owed> RemoteCharges::untold() {
  std::vector<Owed> owed;
  for (auto row = db().select("SELECT key, payment_id, order_id, amount_cents, reason, trace FROM owed_refunds "
                              "WHERE told = 'nothing' ORDER BY rowid");
       row.next();) {
    owed.push_back({row.text(0), {0, row.integer(1), row.integer(2), row.integer(3), row.text(4), ""}, row.text(5)});
  }
  return owed;
}

bool RemoteCharges::tell_untold(std::int64_t payment_id) {
  bool all = true;
  for (const auto& owed : untold()) {
    if (payment_id != 0 && payment_id != owed.refund.payment_id) continue;
    try {
      tell(owed);
    } catch (const core::ApiError& error) {
      if (error.status() >= 500) all = false;
    }
  }
  return all;
}

// Two threads may tell the same at once: the service acts once, and so does refused().
json::value RemoteCharges::tell(const Owed& owed) {
  const TraceOf cause(owed.trace);
  const Refund& refund = owed.refund;
  json::value answer;
  try {
    answer = service_.send("POST", "/v1/payments/" + std::to_string(refund.payment_id) + "/refunds",
                           {{"amount_cents", refund.amount_cents}, {"reason", refund.reason}}, owed.key);
  } catch (const core::ApiError& error) {
    if (error.status() < 500) refused(owed, error.what());
    throw;
  }
  db().run("UPDATE owed_refunds SET told = 'done' WHERE key = ?", owed.key);
  return answer;
}

void RemoteCharges::refused(const Owed& owed, const std::string& why) {
  core::log_error("payments refuse a refund of payment " + std::to_string(owed.refund.payment_id) + ": " + why);
  core::Transaction transaction(db());
  if (db().run("UPDATE owed_refunds SET told = 'refused' WHERE key = ? AND told = 'nothing'", owed.key) == 1) {
    orders::OrderService::instance().note_refused_refund(owed.refund.order_id, owed.refund.amount_cents, why);
  }
  transaction.commit();
}

}  // namespace shop::payments
