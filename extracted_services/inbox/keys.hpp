// Rows of the inbox: what receive() and the operators' interventions share. Internal to this folder.
#pragma once
#include "extracted_services/inbox/decide.hpp"
#include "extracted_services/inbox/inbox.hpp"

namespace banyan::inbox {

struct KeyName {
  std::string topic;
  std::string producer;
  std::string key;
};

struct StoredKey {
  std::int64_t last = 0;
  std::int64_t parked = 0;
};

StoredKey load(store::Connection& db, const KeyName& name);
void set_last(store::Connection& db, const KeyName& name, std::int64_t last);
bool is_parked(store::Connection& db, const KeyName& name, std::int64_t sequence);
void park(store::Connection& db, const KeyName& name, std::int64_t sequence, const std::string& reason,
          const std::string& event);
void unpark(store::Connection& db, const Parked& row);
std::optional<Parked> parked_at(store::Connection& db, const KeyName& name, std::int64_t sequence);

// Nothing, or why the effect could not be had; then nothing of it is left. Throws when the database itself
// is at fault: that says nothing about the event.
std::optional<std::string> try_effect(store::Connection& db, const event_log::Envelope& event,
                                      const Handler& handler);

// Applies what is parked right behind `last`, in order, until something is missing or fails.
void drain(store::Connection& db, const KeyName& name, const Handler& handler, Counts& counts);

}  // namespace banyan::inbox
