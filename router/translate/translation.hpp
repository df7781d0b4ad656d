// What stands between a caller who speaks the legacy shape and a service with a shape of its own: `translate:` of a
// cutover. Applied to the new side only; what goes to legacy is never altered. Pure; any thread.
#pragma once

#include "router/translate/header_rules.hpp"
#include "router/translate/json_map.hpp"
#include "router/translate/path_template.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::translate {

// When a body cannot be translated. Requests: 400 / the service gets it as it is / legacy gets it as it is.
// Answers: 502 / the caller gets it as it is.
enum class OnFailure : std::uint8_t { refuse, pass, legacy };

struct Translation {
  std::optional<PathTemplate> path;
  HeaderRules request_headers;
  HeaderRules answer_headers;
  JsonMap request_json;
  JsonMap answer_json;
  bool answer_is_inverse = false;
  OnFailure request_failure = OnFailure::refuse;
  OnFailure answer_failure = OnFailure::refuse;
  std::uint64_t max_body = 1024 * 1024;  // of either side; a longer request is 413, a longer answer 502
};

// application/json with any parameters, and nothing else.
bool is_json_type(std::string_view content_type);

// The target for the service, with the caller's query. Nothing: see expand().
std::optional<std::string> target_for(const Translation& rules, const matching::PathPattern& pattern, std::string_view path,
                                      std::string_view query);

// Everything of a request's head but its target and length. `new_body`: its body has been translated.
void translate_request_fields(const Translation& rules, std::string_view method, bool new_body, http::Fields& fields);

struct AnswerKind {
  bool json = false;   // its body is to be translated
  bool coded = false;  // but it is compressed, say, and cannot be read
};
// Validators and digests of a body that is to be translated describe another body, and go.
AnswerKind translate_answer_fields(const Translation& rules, http::Fields& fields);

// One line: "GET /v1/orders/42; request: 2 headers, 3 fields; answer: the inverse".
std::string describe(const Translation& rules);

}  // namespace banyan::translate
