#include "router/admin/changes.hpp"

#include "router/admin/views.hpp"
#include "router/config/units.hpp"

#include <cstdio>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::Verb;

std::optional<cutover::Weight> weight_of(const json::object& body) {
  const json::value* percent = body.if_contains("percent");
  if (!percent) return std::nullopt;
  if (percent->is_string())
    return config::parse_weight(std::string_view(percent->get_string().data(), percent->get_string().size()));
  if (!percent->is_number()) return std::nullopt;
  char text[64];
  std::snprintf(text, sizeof text, "%.6f", percent->to_number<double>());
  return config::parse_weight(text);
}

}  // namespace

std::optional<json::object> body_of(const Api::Call& call) {
  if (call.request.body.empty()) return json::object{};
  boost::system::error_code error;
  json::value value = json::parse(call.request.body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

ApiResponse no_object() { return problem(400, "bad request", "the body is not a JSON object"); }

std::string text_of(const json::object& body, const char* key) {
  const json::value* value = body.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

bool is_set(const json::object& body, const char* key) {
  const json::value* value = body.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

Actor actor_of(const json::object& body, const Api::Call& call) {
  std::string who = call.token.empty() ? text_of(body, "who") : call.token;
  if (who.empty()) who = "api";
  const std::string& via = call.request.via;
  return {who.substr(0, 200) + "@" + call.request.peer, text_of(body, "why").substr(0, 1000), {},
          via == "cli" || via == "page" ? via : "api"};
}

ApiResponse refuse(const ControlError& error) {
  switch (error.kind) {
    case ControlError::Kind::not_found:
      return problem(404, "no such cutover", error.what, error.hint);
    case ControlError::Kind::refused:
      return problem(409, "refused", error.what, error.hint);
    case ControlError::Kind::conflict:
      return problem(409, "somebody else was first", error.what, error.hint);
    case ControlError::Kind::fleet:
      return problem(503, "out of step with the fleet", error.what, error.hint);
    case ControlError::Kind::invalid:
      return problem(400, "bad request", error.what, error.hint);
    case ControlError::Kind::journal:
      return problem(503, "journal not writable", error.what, error.hint);
    case ControlError::Kind::busy:
      return problem(503, "busy", error.what, error.hint);
  }
  return problem(500, "error", error.what);
}

namespace {

ApiResponse answer(const boost::system::result<Change, ControlError>& changed) {
  return changed ? json_answer(change_json(*changed)) : refuse(changed.error());
}

ApiResponse run(Control& control, const Api::Call& call, const cutover::Command& command, const json::object& body) {
  return answer(control.command(call.name, command, actor_of(body, call)));
}

ApiResponse run(Control& control, const Api::Call& call, Verb verb) {
  const auto body = body_of(call);
  if (!body) return no_object();
  cutover::Command command;
  command.verb = verb;
  return run(control, call, command, *body);
}

// "until" is a time, or a duration from now.
ApiResponse freeze_one(Control& control, const std::string& name, const Api::Call& call) {
  const auto body = body_of(call);
  if (!body) return no_object();
  std::string until = text_of(*body, "until");
  constexpr std::chrono::hours longest{24 * 365 * 100};
  if (const auto lasts = config::parse_duration(until); lasts && *lasts <= longest)
    until = cutover::format_time(std::chrono::system_clock::now() + *lasts);
  return answer(control.freeze(name, until, actor_of(*body, call)));
}

ApiResponse thaw_one(Control& control, const std::string& name, const Api::Call& call) {
  const auto body = body_of(call);
  if (!body) return no_object();
  return answer(control.thaw(name, actor_of(*body, call)));
}

}  // namespace

ApiResponse Api::freeze(const Call& call) const { return freeze_one(control_, call.name, call); }
ApiResponse Api::freeze_all(const Call& call) const { return freeze_one(control_, cutover::every_cutover, call); }
ApiResponse Api::thaw(const Call& call) const { return thaw_one(control_, call.name, call); }
ApiResponse Api::thaw_all(const Call& call) const { return thaw_one(control_, cutover::every_cutover, call); }
ApiResponse Api::rollback(const Call& call) const { return run(control_, call, Verb::rollback); }
ApiResponse Api::hold(const Call& call) const { return run(control_, call, Verb::hold); }
ApiResponse Api::resume(const Call& call) const { return run(control_, call, Verb::resume); }

ApiResponse Api::promote(const Call& call) const {
  const auto body = body_of(call);
  if (!body) return no_object();
  cutover::Command command;
  command.verb = is_set(*body, "full") ? Verb::promote_full : Verb::promote;
  command.force = is_set(*body, "force");
  return run(control_, call, command, *body);
}

ApiResponse Api::set_weight(const Call& call) const {
  const auto body = body_of(call);
  if (!body) return no_object();
  const auto weight = weight_of(*body);
  if (!weight)
    return problem(400, "bad request", "set-weight needs \"percent\": above 0, up to 100, in steps of 0.01");
  cutover::Command command;
  command.verb = Verb::set_weight;
  command.weight = *weight;
  return run(control_, call, command, *body);
}

ApiResponse Api::approve(const Call& call) const {
  const auto body = body_of(call);
  if (!body) return no_object();
  const std::string as = text_of(*body, "as");
  if (as.empty()) return problem(400, "bad request", "approve needs \"as\": the name that the plan asks for");
  return answer(control_.approve(call.name, as, actor_of(*body, call)));
}

ApiResponse Api::rollback_all(const Call& call) const {
  const auto body = body_of(call);
  if (!body) return no_object();
  json::array changes;
  for (const Change& change : control_.rollback_all(actor_of(*body, call))) changes.push_back(change_json(change));
  return json_answer(json::object{{"changes", std::move(changes)}});
}

ApiResponse Api::reload(const Call& call) const {
  const auto body = body_of(call);
  if (!body) return no_object();
  const ReloadOutcome outcome = control_.reload(actor_of(*body, call));
  if (!outcome.ok)
    return problem(422, "reload refused; the running configuration is unchanged", outcome.errors);
  json::array changes;
  for (const std::string& change : outcome.changes) changes.emplace_back(change);
  json::array warnings;
  for (const std::string& warning : outcome.warnings) warnings.emplace_back(warning);
  return json_answer(json::object{{"ok", true}, {"changes", std::move(changes)}, {"warnings", std::move(warnings)}});
}

}  // namespace banyan::admin
