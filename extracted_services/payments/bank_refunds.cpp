#include "extracted_services/payments/bank_refunds.hpp"

#include "extracted_services/payments/bank_calls.hpp"
#include "router/resilience/retry.hpp"

#include <boost/json.hpp>

namespace banyan::payments {
namespace {

constexpr std::string_view refund_mark = "refund:";

std::string parcel_id(std::int64_t refund_id, std::int64_t failures) {
  return std::string(refund_mark) + std::to_string(refund_id) + "#" + std::to_string(failures);
}

// The refund whose newest question the parcel is.
std::optional<std::int64_t> asked_refund(store::Connection& db, const courier::Parcel& parcel) {
  auto row = db.query("SELECT refund_id FROM bank_refunds WHERE status = 'asking' AND ?1 = 'refund:' || refund_id || '#' || failures",
                      parcel.id);
  if (!row.next()) return std::nullopt;
  return row.integer(0);
}

void end(store::Connection& db, std::int64_t refund_id, std::string_view status, const std::string& reason) {
  db.run("UPDATE bank_refunds SET status = ?2, reason = ?3 WHERE refund_id = ?1", refund_id, status, reason);
}

// 429 and what the bank's server says about itself are no answers.
bool is_refusal(int status) { return status >= 400 && status < 500 && status != 408 && status != 425 && status != 429; }

}  // namespace

Outcome<Refund> pay_back(store::Connection& db, std::int64_t payment_id, std::optional<std::int64_t> amount_cents,
                         const std::string& reason, const std::string& traceparent) {
  auto made = refund(db, payment_id, amount_cents, reason, traceparent);
  if (!made) return made;
  db.run(
      "INSERT INTO bank_refunds(refund_id, charge, amount_cents, status, traceparent)"
      " SELECT ?1, key, ?2, 'asking', ?3 FROM charges WHERE payment_id = ?4",
      made->id, made->amount_cents, traceparent, payment_id);
  return made;
}

std::vector<UnsettledRefund> unsettled_refunds(store::Connection& db, std::int64_t limit, std::int64_t offset) {
  auto row = db.query(
      "SELECT refund_id, payment_id, charge, b.amount_cents, b.status, b.reason FROM bank_refunds b"
      " JOIN refunds r ON r.id = refund_id WHERE b.status <> 'done' ORDER BY refund_id LIMIT ?1 OFFSET ?2",
      limit, offset);
  std::vector<UnsettledRefund> found;
  while (row.next())
    found.push_back({row.integer(0), row.integer(1), row.text(2), row.integer(3), row.text(4), row.text(5)});
  return found;
}

std::vector<courier::Parcel> refunds_due(store::Connection& db, courier::Millis now, std::size_t limit) {
  auto row = db.query(
      "SELECT refund_id, failures, charge, amount_cents, traceparent FROM bank_refunds"
      " WHERE status = 'asking' AND due_at <= ?1 ORDER BY due_at, refund_id LIMIT ?2",
      now, limit);
  std::vector<courier::Parcel> parcels;
  while (row.next()) {
    client::Call call{"POST", "/v1/refunds", {}, {}, bank_deadline, 1};
    call.body = boost::json::serialize(boost::json::object{
        {"key", "refund-" + row.text(0)}, {"charge", row.text(2)}, {"amount_cents", row.integer(3)}});
    if (!row.text(4).empty()) call.headers.emplace_back("traceparent", row.text(4));
    parcels.push_back({parcel_id(row.integer(0), row.integer(1)), "bank", std::move(call)});
  }
  return parcels;
}

bool is_refund(const courier::Parcel& parcel) { return parcel.id.starts_with(refund_mark); }

void refund_answered(store::Connection& db, const courier::Parcel& parcel, const client::Result& result, courier::Millis now,
                     std::uint64_t random) {
  const auto refund_id = asked_refund(db, parcel);
  if (!refund_id) return;
  if (result && (result->status == 201 || result->status == 200)) return end(db, *refund_id, "done", "");
  if (result && is_refusal(result->status)) {
    const bool went_with_the_charge = text_of(*result, "code") == "charge_refunded";
    return end(db, *refund_id, went_with_the_charge ? "done" : "refused", text_of(*result, "detail"));
  }
  auto row = db.query("SELECT failures FROM bank_refunds WHERE refund_id = ?1", *refund_id);
  row.next();
  const auto pause = resilience::backoff(bank_patience, static_cast<std::uint32_t>(row.integer(0)), random);
  db.run("UPDATE bank_refunds SET failures = failures + 1, due_at = ?2 WHERE refund_id = ?1", *refund_id, now + pause.count());
}

std::optional<courier::Millis> next_refund(store::Connection& db) {
  auto row = db.query("SELECT min(due_at) FROM bank_refunds WHERE status = 'asking'");
  row.next();
  return row.maybe_integer(0);
}

}  // namespace banyan::payments
