#include "extracted_services/payments/bank_calls.hpp"

#include "extracted_services/payments/bank_refunds.hpp"
#include "extracted_services/payments/charges.hpp"
#include "extracted_services/safety/saga_rules.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cctype>

namespace banyan::payments {
namespace json = boost::json;
using courier::Millis;
using courier::Parcel;

namespace {

struct Due {
  std::string key;
  std::string next_call;
  std::int64_t attempt = 0;
  std::int64_t failures = 0;
};

std::string id_of(const Due& due) { return std::to_string(due.attempt) + "#" + due.key; }

std::optional<Due> find_due(store::Connection& db, const std::string& parcel_id) {
  const std::string key = parcel_id.substr(parcel_id.find('#') + 1);
  auto row = db.query("SELECT key, next_call, attempt, failures FROM charges WHERE key = ?1", key);
  if (!row.next()) return std::nullopt;
  Due due{row.text(0), row.text(1), row.integer(2), row.integer(3)};
  if (id_of(due) != parcel_id) return std::nullopt;  // an answer to what was asked before
  return due;
}

// RFC 3986 2.3: everything but unreserved characters.
std::string percent_encode(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += static_cast<char>(c);
      continue;
    }
    out += '%';
    out += "0123456789ABCDEF"[c >> 4];
    out += "0123456789ABCDEF"[c & 15];
  }
  return out;
}

// The same question with another call, after a pause.
void ask_later(store::Connection& db, const Due& due, std::string_view next_call, Millis at) {
  db.run(
      "UPDATE charges SET next_call = ?2, attempt = attempt + 1, failures = failures + 1, due_at = ?3 WHERE key = ?1",
      due.key, next_call, at);
}

// True: the bank has decided.
bool settle(store::Connection& db, const Due& due, const client::Answer& answer) {
  const std::string status = text_of(answer, "status");
  if (due.next_call == "void" && answer.status == 200) {
    bank_voided(db, due.key, status == "refunded");
    return true;
  }
  if (due.next_call == "charge" && (answer.status == 201 || answer.status == 200)) {
    bank_charged(db, due.key);
    return true;
  }
  if (due.next_call == "charge" && (answer.status == 402 || answer.status == 409)) {
    bank_declined(db, due.key, text_of(answer, "detail"));
    return true;
  }
  if (due.next_call != "ask" || answer.status != 200) return false;
  if (status == "charged")
    bank_charged(db, due.key);
  else
    bank_declined(db, due.key, status == "declined" ? text_of(answer, "reason") : "the charge was " + status);
  return true;
}

std::vector<Parcel> charges_due(store::Connection& db, Millis now, std::size_t limit) {
  auto row = db.query(
      "SELECT key, next_call, attempt, amount_cents, currency, method, token, traceparent FROM charges"
      " WHERE next_call <> '' AND due_at <= ?1 ORDER BY due_at, key LIMIT ?2",
      now, limit);
  std::vector<Parcel> parcels;
  while (row.next()) {
    const Due due{row.text(0), row.text(1), row.integer(2), 0};
    client::Call call{"POST", "/v1/charges", {}, {}, bank_deadline, 1};
    if (due.next_call == "charge")
      call.body = json::serialize(json::object{{"key", due.key},
                                               {"amount_cents", row.integer(3)},
                                               {"currency", row.text(4)},
                                               {"method", row.text(5)},
                                               {"token", row.text(6)}});
    if (due.next_call == "void") {
      call.target = "/v1/charges/void";
      call.body = json::serialize(json::object{{"key", due.key}});
    }
    if (due.next_call == "ask") {
      call.method = "GET";
      call.target = "/v1/charges?key=" + percent_encode(due.key);
    }
    if (!row.text(7).empty()) call.headers.emplace_back("traceparent", row.text(7));
    parcels.push_back({id_of(due), "bank", std::move(call)});
  }
  return parcels;
}

}  // namespace

std::string text_of(const client::Answer& answer, std::string_view member) {
  json::error_code error;
  const auto value = json::parse(answer.body, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* text = object ? object->if_contains(member) : nullptr;
  return text && text->is_string() ? std::string(text->as_string()) : std::string();
}

std::vector<Parcel> BankCalls::due(store::Connection& db, Millis now, std::size_t limit) {
  auto parcels = charges_due(db, now, limit);
  for (auto& parcel : refunds_due(db, now, limit - parcels.size())) parcels.push_back(std::move(parcel));
  return parcels;
}

void BankCalls::answered(store::Connection& db, const Parcel& parcel, const client::Result& result, Millis now,
                         std::uint64_t random) {
  if (is_refund(parcel)) return refund_answered(db, parcel, result, now, random);
  const auto due = find_due(db, parcel.id);
  if (!due || due->next_call.empty()) return;
  if (result && settle(db, *due, *result)) return;
  if (due->next_call == "charge" && !safety::holds(safety::SagaRule::ask_the_bank))
    return bank_declined(db, due->key, "no answer from the bank");
  const bool unknown_there = due->next_call == "ask" && result && result->status == 404;
  const auto pause = resilience::backoff(bank_patience, static_cast<std::uint32_t>(due->failures), random);
  std::string_view next_call = "ask";
  if (due->next_call == "void") next_call = "void";
  if (unknown_there) next_call = "charge";
  ask_later(db, *due, next_call, now + pause.count());
}

std::optional<Millis> BankCalls::next(store::Connection& db) {
  auto row = db.query("SELECT min(due_at) FROM charges WHERE next_call <> ''");
  row.next();
  const auto charge = row.maybe_integer(0), refund = next_refund(db);
  return charge && refund ? std::min(charge, refund) : std::max(charge, refund);
}

}  // namespace banyan::payments
