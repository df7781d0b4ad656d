// What a saga does, as data: its steps, what undoes them, how long each may take.
//
//   {"saga": "order-fulfilment", "timeout_ms": 60000,
//    "steps": [
//      {"name": "reserve", "kind": "compensatable", "action": "inventory.hold", "compensation": "inventory.release"},
//      {"name": "charge",  "kind": "pivot",         "action": "payments.charge", "compensation": "payments.cancel"},
//      {"name": "confirm", "kind": "retriable",     "action": "orders.confirm"},
//      {"name": "commit",  "kind": "retriable",     "action": "inventory.commit", "after": []}]}
//
// The kinds stand in the order compensatable* pivot? retriable*: up to the pivot everything can be undone,
// after it everything is repeated until it succeeds (C. Richardson, Microservices Patterns, 4.3.2; H.
// Garcia-Molina and K. Salem, "Sagas", 1987). "after" names earlier steps; without it a step comes after the
// one before it, so steps that name fewer run in parallel. The pivot waits for all compensatable steps and a
// retriable step for the pivot whatever "after" says.
//
// An instance keeps the hash of the text it began with, and finishes by it. Pure; any thread.
#pragma once
#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::saga {

using Millis = std::int64_t;  // a duration, or a moment since 1970

enum class Kind { compensatable, pivot, retriable };

struct Step {
  std::string name;
  Kind kind = Kind::compensatable;
  std::string action;
  std::string compensation;        // empty: none
  std::vector<std::size_t> after;  // indices of earlier steps, rising
  Millis timeout_ms = 0;           // from its first attempt until the saga turns back; not for retriable steps
};

struct Definition {
  std::string saga;
  Millis timeout_ms = 60'000;       // of the whole, as long as it can still turn back
  Millis attempt_ms = 2'000;        // one call
  Millis backoff_ms = 50;           // doubled with each failure in a row, full jitter,
  Millis backoff_max_ms = 5'000;    // up to this
  Millis poll_ms = 10;              // first wait after "not decided yet", doubled up to 500
  int park_after = 8;               // failures in a row after which a step that must succeed is shown as parked
  std::vector<Step> steps;
  std::string text;  // canonical JSON
  std::string hash;  // SHA-256 of text
};

// Where in the text, and what would be right.
struct DefinitionError {
  DefinitionError() = default;
  DefinitionError(std::string where, std::string what) : pointer(std::move(where)), message(std::move(what)) {}
  std::string pointer;  // RFC 6901
  std::string message;
};

[[noreturn]] void throw_exception_from_error(const DefinitionError& error, const boost::source_location& where);

boost::system::result<Definition, DefinitionError> parse_definition(std::string_view text);

std::string_view to_word(Kind kind);

// What must be done before step `index` begins: "after", and what its kind adds.
std::vector<std::size_t> predecessors(const Definition& definition, std::size_t index);

}  // namespace banyan::saga
