#include "analyzer/report/words.hpp"

namespace banyan::report {

std::string_view to_string(evidence::AccessMode mode) {
  switch (mode) {
    case evidence::AccessMode::read:
      return "read";
    case evidence::AccessMode::insert:
      return "insert";
    case evidence::AccessMode::update:
      return "update";
    case evidence::AccessMode::remove:
      return "delete";
  }
  return "?";
}

std::string_view to_string(evidence::Confidence confidence) {
  switch (confidence) {
    case evidence::Confidence::low:
      return "low";
    case evidence::Confidence::medium:
      return "medium";
    case evidence::Confidence::high:
      return "high";
  }
  return "?";
}

std::string_view to_string(evidence::Resolution resolution) {
  switch (resolution) {
    case evidence::Resolution::resolved:
      return "resolved";
    case evidence::Resolution::partial:
      return "partial";
    case evidence::Resolution::unresolved:
      return "unresolved";
  }
  return "?";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "?";
}

std::string_view to_string(contexts::Tier tier) {
  switch (tier) {
    case contexts::Tier::t0:
      return "t0";
    case contexts::Tier::t1:
      return "t1";
    case contexts::Tier::t2:
      return "t2";
  }
  return "?";
}

std::string to_string(const Location& at) {
  return at.line == 0 ? at.file : at.file + ":" + std::to_string(at.line);
}

std::string_view context_id(const contexts::Result& result, std::uint32_t context) {
  return context == graph::none ? std::string_view() : std::string_view(result.contexts[context].id);
}

}  // namespace banyan::report
