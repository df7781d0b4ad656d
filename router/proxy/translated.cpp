#include "router/proxy/translated.hpp"

#include "router/http/characters.hpp"

namespace banyan::proxy {
namespace {

http::Fields fields_of(std::string_view flat) {
  http::Fields fields;
  while (!flat.empty()) {
    const auto name_end = flat.find('\0'), value_end = flat.find('\0', name_end + 1);
    if (value_end == flat.npos) break;
    const auto name = flat.substr(0, name_end);
    fields.push_back({name, flat.substr(name_end + 1, value_end - name_end - 1), http::field_id(name), false});
    flat.remove_prefix(value_end + 1);
  }
  return fields;
}

std::string flat_of(const http::Fields& fields) {
  std::string flat;
  for (const auto& field : fields)
    if (!field.dropped) flat.append(field.name).append(1, '\0').append(field.value).append(1, '\0');
  return flat;
}

}  // namespace

bool translate_head(const translate::Translation& rules, const matching::PathPattern& pattern, bool new_body,
                    http::RequestHead& request, std::string& target) {
  if (rules.path) {
    auto wanted = translate::target_for(rules, pattern, request.path, request.query);
    if (!wanted) return false;
    target = std::move(*wanted);
    request.outbound = target;
  }
  translate::translate_request_fields(rules, request.method, new_body, request.fields);
  return true;
}

bool translate_answer(const translate::Translation& rules, bool has_body, WholeAnswer& answer) {
  auto fields = fields_of(answer.headers);
  const auto kind = translate::translate_answer_fields(rules, fields);
  if (kind.json && has_body) {
    const bool fits = !kind.coded && answer.body.size() <= rules.max_body;
    const bool done = fits && translate::apply(rules.answer_json, answer.body, answer.body) == translate::JsonErrc::ok;
    if (!done && (answer.body.size() > rules.max_body || rules.answer_failure != translate::OnFailure::pass)) return false;
  }
  for (const auto& field : fields)
    if (!field.dropped && http::iequals(field.name, "content-type")) answer.content_type = field.value;
  answer.headers = flat_of(fields);
  return true;
}

}  // namespace banyan::proxy
