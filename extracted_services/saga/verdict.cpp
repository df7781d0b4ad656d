#include "extracted_services/saga/verdict.hpp"

#include <boost/json.hpp>

namespace banyan::saga {
namespace {

// problem+json says it in "detail", with a stable word in "code".
std::string reason(const client::Answer& answer) {
  const std::string status = std::to_string(answer.status);
  boost::json::error_code error;
  const auto value = boost::json::parse(answer.body, error);
  const auto* problem = error ? nullptr : value.if_object();
  if (!problem) return "status " + status;
  const auto text = [&](const char* name) {
    const auto* member = problem->if_contains(name);
    const auto* string = member ? member->if_string() : nullptr;
    return string ? std::string(*string) : std::string();
  };
  return status + " " + text("code") + ": " + text("detail");
}

}  // namespace

Verdict verdict(const client::Result& result) {
  if (!result) return Failed{std::string(to_word(result.error().failure)) + ": " + result.error().text};
  const auto& answer = *result;
  if (answer.status == 202) return Pending{};
  if (answer.status >= 200 && answer.status < 300) return Done{answer.body};
  const bool later = answer.status == 408 || answer.status == 425 || answer.status == 429 ||
                     answer.header("Retry-After").has_value();
  if (answer.status >= 400 && answer.status < 500 && !later) return Refused{reason(answer)};
  return Failed{reason(answer)};
}

}  // namespace banyan::saga
