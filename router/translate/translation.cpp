#include "router/translate/translation.hpp"

#include "router/http/characters.hpp"

namespace banyan::translate {
namespace {

constexpr std::string_view digest_fields[] = {"Content-MD5", "Digest", "Content-Digest", "Repr-Digest"};

std::string_view value_of(const http::Fields& fields, std::string_view name) {
  for (const auto& field : fields)
    if (!field.dropped && http::iequals(field.name, name)) return field.value;
  return {};
}

std::string side_words(const HeaderRules& headers, const JsonMap& map, bool is_inverse) {
  const auto count = headers.rename.size() + headers.remove.size() + headers.set.size();
  std::string text;
  if (count != 0) text = std::to_string(count) + (count == 1 ? " header" : " headers");
  if (is_inverse) return text + (text.empty() ? "" : ", ") + "the inverse";
  if (!map.empty()) text += (text.empty() ? "" : ", ") + std::to_string(map.size()) + (map.size() == 1 ? " field" : " fields");
  return text.empty() ? "as it is" : text;
}

}  // namespace

bool is_json_type(std::string_view content_type) {
  return http::iequals(http::trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

std::optional<std::string> target_for(const Translation& rules, const matching::PathPattern& pattern, std::string_view path,
                                      std::string_view query) {
  auto target = expand(*rules.path, pattern, path, query);
  if (target && !query.empty()) (*target += rules.path->has_query ? '&' : '?').append(query);
  return target;
}

void translate_request_fields(const Translation& rules, std::string_view method, bool new_body, http::Fields& fields) {
  if (new_body)
    for (const auto name : digest_fields) drop_fields(fields, name);
  if (!rules.answer_json.empty()) {
    drop_fields(fields, "Accept-Encoding");  // what is compressed cannot be read
    // The caller holds no validator of what the service has, and a part of a body cannot be translated.
    if (method == "GET" || method == "HEAD")
      for (const auto name : {"If-None-Match", "If-Modified-Since", "If-Range", "Range"}) drop_fields(fields, name);
  }
  apply_rules(rules.request_headers, fields);
}

AnswerKind translate_answer_fields(const Translation& rules, http::Fields& fields) {
  AnswerKind kind;
  kind.json = !rules.answer_json.empty() && is_json_type(value_of(fields, "Content-Type"));
  if (kind.json) {
    const auto coding = value_of(fields, "Content-Encoding");
    kind.coded = !coding.empty() && !http::iequals(coding, "identity");
    for (const auto name : {"ETag", "Last-Modified", "Accept-Ranges"}) drop_fields(fields, name);
    for (const auto name : digest_fields) drop_fields(fields, name);
  }
  // A 304 has no type, and its validator is of a body that nobody was given.
  else if (!rules.answer_json.empty() && value_of(fields, "Content-Type").empty()) drop_fields(fields, "ETag");
  apply_rules(rules.answer_headers, fields);
  return kind;
}

std::string describe(const Translation& rules) {
  return (rules.path ? "path " + rules.path->text : "path as it is") + "; request: " +
         side_words(rules.request_headers, rules.request_json, false) + "; answer: " +
         side_words(rules.answer_headers, rules.answer_json, rules.answer_is_inverse);
}

}  // namespace banyan::translate
