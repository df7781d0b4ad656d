#include "payments/remote_payments.hpp"

#include "core/clock.hpp"
#include "core/database.hpp"
#include "core/globals.hpp"
#include "core/http.hpp"
#include "core/util.hpp"
#include "inventory/stock_port.hpp"
#include "orders/order.hpp"
#include "orders/order_service.hpp"
#include "payments/payment_service.hpp"

namespace shop::payments {

namespace json = core::json;

namespace {

const std::string kRoot = "/api/payments";

core::Database& db() { return core::Database::instance(); }

std::int64_t left_of(const Payment& payment) {
  const bool has_money = payment.status == "captured" || payment.status == "partly_refunded";
  return has_money ? payment.amount_cents - payment.refunded_cents : 0;
}

std::string payment_path(std::int64_t id) { return kRoot + "/" + std::to_string(id); }

Payment to_payment(const json::object& row) {
  Payment payment;
  payment.id = core::need_int(row, "id");
  payment.order_id = core::need_int(row, "order_id");
  payment.reference = core::need_text(row, "reference");
  payment.method = core::need_text(row, "method");
  payment.status = core::need_text(row, "status");
  payment.currency = core::need_text(row, "currency");
  payment.amount_cents = core::need_int(row, "amount_cents");
  payment.refunded_cents = core::need_int(row, "refunded_cents");
  payment.captured_on = core::text_or(row, "captured_on", "");
  return payment;
}

Refund to_refund(const json::object& row) {
  return {core::need_int(row, "id"),           core::need_int(row, "payment_id"), core::need_int(row, "order_id"),
          core::need_int(row, "amount_cents"), core::need_text(row, "reason"),    core::need_text(row, "refunded_on")};
}

template <typename Row>
std::vector<Row> rows(const json::value& answer, const char* member, Row (*read)(const json::object&)) {
  std::vector<Row> found;
  for (const auto& row : core::need_array(answer.as_object(), member)) found.push_back(read(row.as_object()));
  return found;
}

}  // namespace

RemotePayments::RemotePayments(const std::string& address, const std::string& db_path, core::RemoteOptions options)
    : service_("payments", address, options), charges_(service_, db_path + ".charges", options.deadline) {}

Payment RemotePayments::get(std::int64_t id) { return to_payment(service_.ask(payment_path(id)).as_object()); }

std::vector<Payment> RemotePayments::list(std::optional<std::int64_t> order_id, std::int64_t limit, std::int64_t offset) {
  const std::string filter = order_id ? "&order_id=" + std::to_string(*order_id) : "";
  return rows(service_.ask(kRoot + "?limit=" + std::to_string(limit) + "&offset=" + std::to_string(offset) + filter),
              "payments", &to_payment);
}

std::vector<Refund> RemotePayments::refunds(std::int64_t payment_id) {
  return rows(service_.ask(payment_path(payment_id) + "/refunds"), "refunds", &to_refund);
}

Totals RemotePayments::totals() {
  const json::value answer = service_.ask(kRoot + "/summary");
  const json::object& sums = answer.as_object();
  return {core::need_int(sums, "payments"), core::need_int(sums, "captured_cents"), core::need_int(sums, "refunded_cents")};
}

Payment RemotePayments::charge(const orders::Order& order, const std::string& method, const std::string& token) {
  if (units_promised(inventory::stock(), order) == 0) {
    throw core::conflict("order_not_payable", "order " + std::to_string(order.id) + " holds no goods");
  }
  const std::int64_t id = charges_.charge(order, method, token);
  core::audit("captured", "payment", id);
  settled(order.id, id);
  return get(id);
}

Payment RemotePayments::pay(std::int64_t order_id, const std::string& method, const std::string& token) {
  if (core::g_maintenance_mode) throw core::ApiError(503, "maintenance", "the shop is being maintained");
  core::Transaction transaction(db());
  const orders::Order order = orders::OrderService::instance().get(order_id);
  if (order.status != "pending") {
    throw core::conflict("order_not_payable", "order " + std::to_string(order_id) + " is " + order.status);
  }
  const Payment payment = charge(order, method, token);
  transaction.commit();
  return payment;
}

// What is left of it is what the service says once it knows of every refund.
Payment RemotePayments::with_all_told(std::int64_t payment_id) {
  if (!charges_.tell_untold(payment_id)) {
    throw core::ApiError(503, "payments_unavailable", "an earlier refund of the payment is not told yet");
  }
  return get(payment_id);
}

RemoteCharges::Owed RemotePayments::write_down(std::int64_t payment_id, std::optional<std::int64_t> amount_cents,
                                               const std::string& reason) {
  core::Transaction transaction(db());
  const Payment payment = with_all_told(payment_id);
  const std::int64_t left = left_of(payment);
  const std::int64_t amount = amount_cents.value_or(left);
  if (left == 0 || amount > left) {
    throw core::conflict("refund_exceeds_payment",
                         core::format("payment %lld: %lld of %lld cents left", static_cast<long long>(payment_id),
                                      static_cast<long long>(left), static_cast<long long>(payment.amount_cents)));
  }
  const auto owed = charges_.owe(Refund{0, payment_id, payment.order_id, amount, reason, core::today()});
  orders::OrderService::instance().note_refund(payment.order_id, amount);
  core::audit("refund", "payment", payment_id);
  transaction.commit();
  return owed;
}

Refund RemotePayments::refund(std::int64_t payment_id, std::optional<std::int64_t> amount_cents, const std::string& reason) {
  const auto owed = write_down(payment_id, amount_cents, reason);
  try {
    return to_refund(charges_.tell(owed).as_object());
  } catch (const core::ApiError& error) {
    if (error.status() < 500) throw;
    return owed.refund;
  }
}

void RemotePayments::refund_rest(const orders::Order& order, const std::string& reason) {
  if (order.payment_id == 0) return;
  const std::int64_t left = left_of(with_all_told(order.payment_id));
  if (left == 0) return;
  charges_.owe({0, order.payment_id, order.id, left, reason, core::today()});
  orders::OrderService::instance().note_refund(order.id, left);
  core::audit("refund", "payment", order.payment_id);
}

}  // namespace shop::payments
