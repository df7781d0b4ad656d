#include "router/translate/header_rules.hpp"

#include "router/http/characters.hpp"

namespace banyan::translate {

void drop_fields(http::Fields& fields, std::string_view name) {
  for (auto& field : fields) field.dropped |= http::iequals(field.name, name);
}

void apply_rules(const HeaderRules& rules, http::Fields& fields) {
  for (const auto& [from, to] : rules.rename)
    for (auto& field : fields) {
      if (field.dropped || !http::iequals(field.name, from)) continue;
      field.name = to;
      field.id = http::field_id(to);
    }
  for (const auto& name : rules.remove) drop_fields(fields, name);
  for (const auto& [name, value] : rules.set) {
    drop_fields(fields, name);
    fields.push_back({name, value, http::field_id(name), false});
  }
}

std::string header_name_problem(std::string_view name) {
  if (name.empty() || !http::all_are(name, http::class_token)) return "it is no name of a header";
  if (http::field_id(name) != http::FieldId::other) return "the router writes it itself";
  return {};
}

std::string header_value_problem(std::string_view value) {
  return http::find_control(value.data(), value.data() + value.size()) == value.data() + value.size()
             ? ""
             : "a header's value is one line without control characters";
}

}  // namespace banyan::translate
