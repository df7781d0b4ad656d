#include "router/config/loading.hpp"
#include "router/config/units.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace banyan::config {
namespace {

namespace json = boost::json;
using translate::JsonStep;
using translate::OnFailure;

struct HeaderName {
  std::string text;
  bool good = false;
};

HeaderName load_header_name(Context& context, const Value& value) {
  HeaderName name;
  if (!read(context, &value, name.text, "the name of a header")) return name;
  const auto problem = translate::header_name_problem(name.text);
  if (!problem.empty()) context.error(value.place, "header '" + name.text + "' cannot be translated", problem);
  name.good = problem.empty();
  return name;
}

void load_renames(Context& context, const Value* value, const std::string& path, translate::HeaderRules& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  for (const Member& member : value->members) {
    if (member.key.kind != Value::Kind::scalar) continue;
    section.find(member.key.text);
    const auto from = load_header_name(context, member.key), to = load_header_name(context, member.value);
    if (from.good && to.good) out.rename.emplace_back(from.text, to.text);
  }
}

void load_settings(Context& context, const Value* value, const std::string& path, translate::HeaderRules& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  for (const Member& member : value->members) {
    if (member.key.kind != Value::Kind::scalar) continue;
    section.find(member.key.text);
    const auto name = load_header_name(context, member.key);
    std::string text;
    if (!read(context, &member.value, text, "the value of a header")) continue;
    if (const auto problem = translate::header_value_problem(text); !problem.empty())
      context.error(member.value.place, "no value for header '" + name.text + "'", problem);
    else if (name.good)
      out.set.emplace_back(name.text, text);
  }
}

void load_header_rules(Context& context, const Value* value, const std::string& path, translate::HeaderRules& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  load_renames(context, section.find("rename"), path + ".rename", out);
  each_item(section.find("remove"), [&](const Value& item) {
    if (auto name = load_header_name(context, item); name.good) out.remove.push_back(std::move(name.text));
  });
  load_settings(context, section.find("set"), path + ".set", out);
}

bool load_pointer(Context& context, const Value& value, translate::Pointer& out) {
  std::string text;
  if (!read(context, &value, text, "a place such as /customer/name or /items/*/sku")) return false;
  const auto problem = translate::parse_pointer(text, out);
  if (!problem.empty()) context.error(value.place, "'" + text + "' is no place in a document", problem);
  return problem.empty();
}

json::value json_of(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return nullptr;
    case Value::Kind::sequence: {
      json::array items;
      for (const Value& item : value.items) items.push_back(json_of(item));
      return items;
    }
    case Value::Kind::mapping: {
      json::object members;
      for (const Member& member : value.members) members[member.key.text] = json_of(member.value);
      return members;
    }
    case Value::Kind::scalar:
      break;
  }
  if (value.quoted) return json::string(value.text);
  if (value.text == "true" || value.text == "false") return value.text == "true";
  if (value.text == "null" || value.text == "~") return nullptr;
  return json::string(value.text);
}

void load_step(Context& context, const Value& value, const std::string& path, translate::JsonMap& out) {
  Mapping section(context, value, path);
  constexpr std::pair<const char*, JsonStep::Kind> kinds[] = {{"move", JsonStep::Kind::move}, {"add", JsonStep::Kind::add},
                                                              {"set", JsonStep::Kind::set}, {"remove", JsonStep::Kind::remove}};
  JsonStep step;
  const Value* place = nullptr;
  int given = 0;
  for (const auto& [key, kind] : kinds)
    if (const Value* found = section.find(key)) place = found, step.kind = kind, ++given;
  const Value* to = section.find("to");
  const Value* constant = section.find("value");
  if (!section.valid()) return;
  if (given != 1)
    return context.error(value.place, "'" + path + "' is " + (given == 0 ? "no step" : "more than one step"),
                         "one of move, add, set and remove");
  const bool moves = step.kind == JsonStep::Kind::move;
  const bool puts = step.kind == JsonStep::Kind::add || step.kind == JsonStep::Kind::set;
  if (moves != (to != nullptr))
    return context.error(value.place, moves ? "'move' without 'to'" : "'to' belongs to 'move'", "{ move: /a, to: /b }");
  if (puts != (constant != nullptr))
    return context.error(value.place, puts ? "a constant without 'value'" : "'value' belongs to 'add' and 'set'",
                         "{ add: /source, value: router }");
  if (!load_pointer(context, *place, step.at) || (moves && !load_pointer(context, *to, step.to))) return;
  if (const auto problem = translate::step_problem(step); !problem.empty())
    return context.error(to->place, "'" + step.at.text + "' cannot become '" + step.to.text + "'", problem);
  if (puts) load_constant(context, *constant, step.value);
  out.push_back(std::move(step));
}

void load_json_map(Context& context, const Value* value, const std::string& path, translate::JsonMap& out) {
  if (!value) return;
  if (value->kind != Value::Kind::sequence)
    return context.expected(*value, "a list of steps", "such as - { move: /customer_name, to: /customer/name }");
  for (std::size_t i = 0; i < value->items.size(); ++i)
    load_step(context, value->items[i], path + "[" + std::to_string(i) + "]", out);
}

void load_failure(Context& context, const Value* value, bool request, OnFailure& out) {
  std::string word;
  const std::string known = request ? "refuse, pass or legacy" : "refuse or pass";
  if (!read(context, value, word, known)) return;
  if (word == "refuse") out = OnFailure::refuse;
  else if (word == "pass") out = OnFailure::pass;
  else if (word == "legacy" && request) out = OnFailure::legacy;
  else
    context.expected(*value, known,
                     word == "legacy" ? "what the service has answered cannot be taken back" : "what happens to a body that cannot be translated");
}

void load_answer_map(Context& context, const Value* value, const std::string& path, translate::Translation& out) {
  const bool word = value != nullptr && value->kind == Value::Kind::scalar && value->text == "inverse";
  if (!word) return load_json_map(context, value, path, out.answer_json);
  std::size_t culprit = 0;
  out.answer_is_inverse = true;
  if (auto back = translate::inverse(out.request_json, &culprit))
    out.answer_json = std::move(*back);
  else
    context.error(value->place, "step " + std::to_string(culprit) + " of the request's map has no inverse",
                  "'set' and 'remove' lose what was there: write the answer's steps out");
  if (out.request_json.empty()) context.error(value->place, "there is no map to be the inverse of", "add request.json");
}

void load_target(Context& context, const Value* value, std::span<const PlacedRule> rules, translate::Translation& out) {
  std::string text;
  if (!read(context, value, text, "a path such as /v1/orders/{id}")) return;
  out.path.emplace();
  if (!load_template(context, *value, *out.path)) return;
  for (const auto& placed : rules)
    if (const auto name = translate::missing_in(placed.rule.path, *out.path); !name.empty())
      return context.error(value->place, name + " has no value where '" + placed.rule.path.text + "' matches",
                           "a place that is filled stands in every path of 'match'");
}

}  // namespace

// A plain scalar that is a JSON number keeps its digits.
void load_constant(Context& context, const Value& value, std::string& out) {
  const bool bare = value.kind == Value::Kind::scalar && !value.quoted && !value.text.empty();
  const bool number = bare && (value.text[0] == '-' || (value.text[0] >= '0' && value.text[0] <= '9')) && translate::is_json(value.text);
  out = number ? value.text : json::serialize(json_of(value));
  if (!translate::is_json(out)) context.error(value.place, "the value cannot stand in JSON", "text is UTF-8, at most 64 levels deep");
}

bool load_template(Context& context, const Value& value, translate::PathTemplate& out) {
  const auto error = translate::parse_template(value.text, out);
  if (!error) return true;
  Place place = value.place;
  place.column += static_cast<std::uint32_t>(error->offset + (value.quoted ? 1 : 0));
  place.length = 1;
  context.error(place, "'" + value.text + "' is no path to fill in", error->what);
  return false;
}

std::shared_ptr<const translate::Translation> load_translate(Context& context, const Value* value, const std::string& path,
                                                             std::span<const PlacedRule> rules) {
  if (!value) return nullptr;
  auto out = std::make_shared<translate::Translation>();
  Mapping section(context, *value, path);
  load_target(context, section.find("path"), rules, *out);
  if (const Value* most = section.find("max_body"); read_size(context, most, out->max_body))
    if (out->max_body == 0 || out->max_body > largest_held_body)
      context.expected(*most, "a size from 1B to 64MiB", "bodies that are translated are held in memory");
  if (const Value* request = section.find("request")) {
    Mapping inner(context, *request, path + ".request");
    load_header_rules(context, inner.find("headers"), path + ".request.headers", out->request_headers);
    load_json_map(context, inner.find("json"), path + ".request.json", out->request_json);
    load_failure(context, inner.find("on_failure"), true, out->request_failure);
  }
  if (const Value* answer = section.find("answer")) {
    Mapping inner(context, *answer, path + ".answer");
    load_header_rules(context, inner.find("headers"), path + ".answer.headers", out->answer_headers);
    load_answer_map(context, inner.find("json"), path + ".answer.json", *out);
    load_failure(context, inner.find("on_failure"), false, out->answer_failure);
  }
  return out;
}

}  // namespace banyan::config
