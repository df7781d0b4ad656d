// What people see of a saga: what is done, what is still to come, who holds what, and why it does not move.
// Reads only; on the database thread that owns the connection.
#pragma once
#include "extracted_services/saga/saga_rows.hpp"

#include <boost/describe.hpp>

namespace banyan::saga {

struct StepView {
  std::string name;
  std::string kind;
  std::string phase;
  std::string action;  // the word of the definition that is, or will be, carried out
  std::int64_t attempts = 0;
  std::int64_t failures = 0;  // in a row
  std::optional<std::string> error;
  std::optional<std::string> parked;
};
BOOST_DESCRIBE_STRUCT(StepView, (), (name, kind, phase, action, attempts, failures, error, parked))

// An effect that stands, or may stand, somewhere.
struct Holding {
  std::string step;
  std::string holder;  // "inventory": the first part of the action's word
  std::string key;     // by which the holder knows it
  bool certain = false;
};
BOOST_DESCRIBE_STRUCT(Holding, (), (step, holder, key, certain))

struct ActView {
  std::int64_t at = 0;
  std::string who;
  std::string act;
  std::string reason;
  std::string outcome;
};
BOOST_DESCRIBE_STRUCT(ActView, (), (at, who, act, reason, outcome))

struct SagaView {
  std::int64_t id = 0;
  std::string saga;
  std::string subject;
  std::string status;
  std::optional<std::string> why;     // of the way back
  std::optional<std::string> parked;  // why somebody should look
  bool can_turn_back = false;
  std::int64_t started_at = 0;  // milliseconds since 1970
  std::int64_t changed_at = 0;
  std::int64_t deadline_at = 0;
  std::string definition;  // hash
  std::string traceparent;
  std::vector<std::string> remaining;  // steps still to be done, or to be undone, in that order
  std::vector<Holding> holds;
  std::vector<StepView> steps;
  std::vector<ActView> acts;  // of operators
};
BOOST_DESCRIBE_STRUCT(SagaView, (),
                      (id, saga, subject, status, why, parked, can_turn_back, started_at, changed_at, deadline_at,
                       definition, traceparent, remaining, holds, steps, acts))

// By the definition that the saga began with, which is read from the database.
SagaView view(store::Connection& db, const Instance& instance);

}  // namespace banyan::saga
