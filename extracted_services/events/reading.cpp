#include "extracted_services/events/reading.hpp"

namespace banyan::events {

bool is_first_version(const event_log::Envelope& event, std::string_view family) {
  const std::string_view type = event.type;
  if (!type.starts_with(family)) return false;
  if (type.ends_with(".v1")) return true;
  throw std::invalid_argument(event.type + ": this program knows version 1 only");
}

}  // namespace banyan::events
