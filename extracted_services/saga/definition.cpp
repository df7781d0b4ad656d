#include "extracted_services/saga/definition.hpp"

#include "extracted_services/service/digest.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

namespace banyan::saga {
namespace json = boost::json;
namespace {

constexpr Millis longest = 7 * 24 * 3600 * 1000LL;
constexpr std::size_t most_steps = 64;
using Wrong = std::optional<DefinitionError>;

std::string at(std::string_view parent, std::string_view member) {
  return std::string(parent) + "/" + std::string(member);
}

Wrong check_members(const json::object& object, const std::string& where, const std::set<std::string_view>& known) {
  for (const auto& [name, value] : object) {
    if (known.contains(name)) continue;
    std::string list;
    for (const auto word : known) list += (list.empty() ? "" : ", ") + std::string(word);
    return DefinitionError(at(where, name), "is not known; known here: " + list);
  }
  return std::nullopt;
}

Wrong read_text(const json::object& object, const std::string& where, std::string_view name, std::string& into,
                bool required) {
  const auto* value = object.if_contains(name);
  if (!value && !required) return std::nullopt;
  if (!value) return DefinitionError(at(where, name), "is required");
  const auto* text = value->if_string();
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'; };
  if (!text || text->empty() || text->size() > 64 || !std::all_of(text->begin(), text->end(), plain))
    return DefinitionError(at(where, name), "must be 1 to 64 of a-z, 0-9, '-', '.' and '_'");
  into = *text;
  return std::nullopt;
}

Wrong read_millis(const json::object& object, const std::string& where, std::string_view name, Millis least,
                  Millis& into) {
  const auto* value = object.if_contains(name);
  if (!value) return std::nullopt;
  const auto* number = value->if_int64();
  if (!number || *number < least || *number > longest)
    return DefinitionError(at(where, name),
                           "must be an integer from " + std::to_string(least) + " to " + std::to_string(longest));
  into = *number;
  return std::nullopt;
}

Wrong read_kind(const json::object& object, const std::string& where, Kind& into) {
  const auto* value = object.if_contains("kind");
  const auto* text = value ? value->if_string() : nullptr;
  for (const auto kind : {Kind::compensatable, Kind::pivot, Kind::retriable}) {
    if (!text || *text != to_word(kind)) continue;
    into = kind;
    return std::nullopt;
  }
  return DefinitionError(at(where, "kind"), "must be compensatable, pivot or retriable");
}

Wrong read_after(const json::object& object, const std::string& where, const Definition& so_far, Step& step) {
  const auto* value = object.if_contains("after");
  if (!value) {
    if (!so_far.steps.empty()) step.after = {so_far.steps.size() - 1};
    return std::nullopt;
  }
  const auto* names = value->if_array();
  if (!names) return DefinitionError(at(where, "after"), "must be an array of names of earlier steps");
  for (std::size_t i = 0; i < names->size(); ++i) {
    const auto& steps = so_far.steps;
    const auto* name = (*names)[i].if_string();
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [&](const Step& earlier) { return name && *name == earlier.name; });
    if (found == steps.end())
      return DefinitionError(at(at(where, "after"), std::to_string(i)), "must be the name of an earlier step");
    step.after.push_back(static_cast<std::size_t>(found - steps.begin()));
  }
  std::sort(step.after.begin(), step.after.end());
  step.after.erase(std::unique(step.after.begin(), step.after.end()), step.after.end());
  return std::nullopt;
}

// compensatable* pivot? retriable*
Wrong check_order(const Definition& so_far, const Step& step, const std::string& where) {
  const auto last = so_far.steps.empty() ? Kind::compensatable : so_far.steps.back().kind;
  const std::string rule = "; steps stand in the order compensatable* pivot? retriable*";
  if (step.kind == Kind::compensatable && last != Kind::compensatable)
    return DefinitionError(at(where, "kind"), "a compensatable step cannot follow a " + std::string(to_word(last)) +
                                                  " one: nothing may have to be undone after the point of no return" +
                                                  rule);
  if (step.kind == Kind::pivot && last == Kind::pivot)
    return DefinitionError(at(where, "kind"), "there can be one pivot only" + rule);
  if (step.kind == Kind::pivot && last == Kind::retriable)
    return DefinitionError(at(where, "kind"), "a pivot cannot follow a retriable step" + rule);
  if (step.kind == Kind::compensatable && step.compensation.empty())
    return DefinitionError(at(where, "compensation"), "is required: a compensatable step says what undoes it");
  if (step.kind == Kind::retriable && !step.compensation.empty())
    return DefinitionError(at(where, "compensation"),
                           "is not possible: a retriable step is repeated until it succeeds and never undone");
  return std::nullopt;
}

Wrong read_step(const json::value& value, const std::string& where, const Definition& so_far, Step& step) {
  const auto* object = value.if_object();
  if (!object) return DefinitionError(where, "must be an object");
  step.timeout_ms = so_far.timeout_ms;
  const bool retriable_limit = object->contains("timeout_ms");
  if (auto wrong = check_members(*object, where, {"name", "kind", "action", "compensation", "after", "timeout_ms"}))
    return wrong;
  if (auto wrong = read_text(*object, where, "name", step.name, true)) return wrong;
  for (const auto& other : so_far.steps)
    if (other.name == step.name) return DefinitionError(at(where, "name"), "is taken by an earlier step");
  if (auto wrong = read_kind(*object, where, step.kind)) return wrong;
  if (auto wrong = read_text(*object, where, "action", step.action, true)) return wrong;
  if (auto wrong = read_text(*object, where, "compensation", step.compensation, false)) return wrong;
  if (auto wrong = read_millis(*object, where, "timeout_ms", 1, step.timeout_ms)) return wrong;
  if (step.kind == Kind::retriable && retriable_limit)
    return DefinitionError(at(where, "timeout_ms"), "is not possible: a retriable step has no way back");
  if (step.kind == Kind::pivot && step.compensation.empty() && retriable_limit)
    return DefinitionError(at(where, "timeout_ms"),
                           "needs a compensation: a pivot of unknown outcome could not be undone");
  if (auto wrong = check_order(so_far, step, where)) return wrong;
  return read_after(*object, where, so_far, step);
}

Wrong read_numbers(const json::object& object, Definition& definition) {
  Millis park_after = definition.park_after;
  if (auto wrong = read_millis(object, "", "timeout_ms", 1, definition.timeout_ms)) return wrong;
  if (auto wrong = read_millis(object, "", "attempt_ms", 1, definition.attempt_ms)) return wrong;
  if (auto wrong = read_millis(object, "", "backoff_ms", 1, definition.backoff_ms)) return wrong;
  if (auto wrong = read_millis(object, "", "backoff_max_ms", 1, definition.backoff_max_ms)) return wrong;
  if (auto wrong = read_millis(object, "", "poll_ms", 1, definition.poll_ms)) return wrong;
  if (auto wrong = read_millis(object, "", "park_after", 1, park_after)) return wrong;
  definition.park_after = static_cast<int>(std::min<Millis>(park_after, 1000));
  return std::nullopt;
}

Wrong read_steps(const json::object& object, Definition& definition) {
  const auto* value = object.if_contains("steps");
  const auto* steps = value ? value->if_array() : nullptr;
  if (!steps || steps->empty() || steps->size() > most_steps)
    return DefinitionError("/steps", "must be an array of 1 to " + std::to_string(most_steps) + " steps");
  for (std::size_t i = 0; i < steps->size(); ++i) {
    Step step;
    if (auto wrong = read_step((*steps)[i], "/steps/" + std::to_string(i), definition, step)) return wrong;
    definition.steps.push_back(std::move(step));
  }
  return std::nullopt;
}

}  // namespace

void throw_exception_from_error(const DefinitionError& error, const boost::source_location& where) {
  throw std::logic_error(error.pointer + " " + error.message + ", line " + std::to_string(where.line()));
}

boost::system::result<Definition, DefinitionError> parse_definition(std::string_view text) {
  json::error_code error;
  json::stream_parser parser;
  const auto used = parser.write(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error) return DefinitionError("", "is not JSON: " + error.message() + " at byte " + std::to_string(used));
  const json::value value = parser.release();
  const auto* object = value.if_object();
  if (!object) return DefinitionError("", "must be a JSON object");
  Definition definition;
  if (auto wrong = check_members(*object, "", {"saga", "timeout_ms", "attempt_ms", "backoff_ms", "backoff_max_ms",
                                               "poll_ms", "park_after", "steps"}))
    return *wrong;
  if (auto wrong = read_text(*object, "", "saga", definition.saga, true)) return *wrong;
  if (auto wrong = read_numbers(*object, definition)) return *wrong;
  if (auto wrong = read_steps(*object, definition)) return *wrong;
  definition.text = json::serialize(value);
  definition.hash = service::sha256_hex(definition.text);
  return definition;
}

std::string_view to_word(Kind kind) {
  return kind == Kind::compensatable ? "compensatable" : kind == Kind::pivot ? "pivot" : "retriable";
}

std::vector<std::size_t> predecessors(const Definition& definition, std::size_t index) {
  const auto& step = definition.steps[index];
  std::vector<std::size_t> all = step.after;
  for (std::size_t i = 0; i < index; ++i) {
    const auto kind = definition.steps[i].kind;
    const bool by_kind = (step.kind == Kind::pivot && kind == Kind::compensatable) ||
                         (step.kind == Kind::retriable && kind != Kind::retriable);
    if (by_kind && std::find(all.begin(), all.end(), i) == all.end()) all.push_back(i);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace banyan::saga
