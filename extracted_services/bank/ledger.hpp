// Money by key. Every function may be called again with the same key, in whatever order calls arrive. In the
// transaction of the caller, on the writer thread.
//
//   (none) -> charged -> refunded      when all of it has gone back: part by part, or what is left by a void
//      \----> declined
//      \----> voided      the void came first: a late charge is refused
#pragma once
#include "extracted_services/service/fault.hpp"
#include "extracted_services/store/connection.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace banyan::bank {

using service::Outcome;

struct Charge {
  std::string key;
  std::string status;
  std::int64_t amount_cents = 0;
  std::string currency;
  std::string reason;     // of a decline
  std::int64_t asked = 0;  // how often this charge was asked for
};
BOOST_DESCRIBE_STRUCT(Charge, (), (key, status, amount_cents, currency, reason, asked))

struct Wish {
  std::string key;
  std::int64_t amount_cents = 0;
  std::string currency;
  std::string method;
  std::string token;
};

// A part of a charge that goes back.
struct Refund {
  std::string key;
  std::string charge;
  std::int64_t amount_cents = 0;
};
BOOST_DESCRIBE_STRUCT(Refund, (), (key, charge, amount_cents))

struct Entry {
  std::int64_t id = 0;
  std::string key;
  std::string kind;
  std::int64_t amount_cents = 0;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, key, kind, amount_cents))

struct Totals {
  std::int64_t charges = 0;
  std::int64_t captured_cents = 0;
  std::int64_t refunded_cents = 0;
  std::int64_t net_cents = 0;
  std::int64_t repeated_requests = 0;  // asked again under a known key
  std::int64_t charged_twice = 0;      // keys with more than one charge: must be 0
};
BOOST_DESCRIBE_STRUCT(Totals, (), (charges, captured_cents, refunded_cents, net_cents, repeated_requests, charged_twice))

std::optional<Charge> find_charge(store::Connection& db, const std::string& key);
// `decline`: the bank declines whatever is asked, for this reason.
Outcome<Charge> charge(store::Connection& db, const Wish& wish, const std::optional<std::string>& decline);
// Gives back a part, once per key: 409 charge_refunded when nothing is left, refund_exceeds_charge when too little is.
Outcome<Refund> refund(store::Connection& db, const Refund& wish);
// Gives back what is left of a charge, or makes sure that it never happens.
Outcome<Charge> void_charge(store::Connection& db, const std::string& key);
Totals totals(store::Connection& db);
std::vector<Entry> list_entries(store::Connection& db, std::int64_t limit, std::int64_t offset);

// Why a bank would decline; nothing: it would not. The tokens are the sample shop's. Pure.
std::optional<std::string> refusal(const Wish& wish);

}  // namespace banyan::bank
