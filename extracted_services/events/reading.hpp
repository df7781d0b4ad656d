// How a handler reads an event of another service: only the version it knows, only the members it needs.
// What it throws parks the event; an operator replays it once the program knows more. Pure; any thread.
#pragma once
#include "extracted_services/event_log/envelope.hpp"
#include "extracted_services/service/fields.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace banyan::events {

// Is it of this family ("banyan.orders.order-") in version 1? Throws for any other version of the family.
bool is_first_version(const event_log::Envelope& event, std::string_view family);

// The members that T has; unknown ones are left alone. Throws with the pointer of what is wrong.
template <class T>
T data_of(const event_log::Envelope& event) {
  auto read = service::Field<T>::read(boost::json::value(event.data), "/data");
  if (!read) throw std::invalid_argument(event.type + ": " + read.error().pointer + " " + read.error().what);
  return std::move(*read);
}

}  // namespace banyan::events
