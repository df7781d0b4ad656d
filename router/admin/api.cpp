#include "router/admin/api.hpp"

#include "router/admin/token.hpp"
#include "router/admin/views.hpp"
#include "router/config/units.hpp"
#include "router/cutover/audit.hpp"
#include "router/routing/explain.hpp"

#include <algorithm>
#include <cstdio>

namespace banyan::admin {
namespace {

namespace json = boost::json;
using cutover::Verb;

ApiResponse ok(const json::value& value) { return {200, "application/json", json::serialize(value) + "\n"}; }
ApiResponse plain(int status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text)};
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

void each_parameter(std::string_view query, const std::function<void(std::string, std::string)>& take) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    take(decode(pair.substr(0, equals)), decode(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

// The body of a change: {"who": ..., "why": ..., "percent": ..., "full": ...}; an empty body is an empty
// object.
bool parse_body(const std::string& body, json::object& out) {
  if (body.empty()) return true;
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) return false;
  out = std::move(value.get_object());
  return true;
}

std::string text_of(const json::object& body, const char* key) {
  const json::value* value = body.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

Actor actor_of(const json::object& body, const ApiRequest& request) {
  std::string who = text_of(body, "who");
  if (who.empty()) who = "api";
  return {who.substr(0, 200) + "@" + request.peer, text_of(body, "why").substr(0, 1000)};
}

std::optional<Verb> verb_of(std::string_view word, bool full) {
  if (word == "promote") return full ? Verb::promote_full : Verb::promote;
  if (word == "rollback") return Verb::rollback;
  if (word == "hold") return Verb::hold;
  if (word == "resume") return Verb::resume;
  if (word == "set-weight") return Verb::set_weight;
  return std::nullopt;
}

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

ApiResponse refuse(const ControlError& error) {
  switch (error.kind) {
    case ControlError::Kind::not_found:
      return problem(404, "no such cutover", error.what, error.hint);
    case ControlError::Kind::refused:
      return problem(409, "refused", error.what, error.hint);
    case ControlError::Kind::invalid:
      return problem(400, "bad request", error.what, error.hint);
    case ControlError::Kind::journal:
      return problem(503, "journal not writable", error.what, error.hint);
    case ControlError::Kind::busy:
      return problem(503, "busy", error.what, error.hint);
  }
  return problem(500, "error", error.what);
}

}  // namespace

Api::Api(Control& control, Sources sources, std::string token)
    : control_(control), sources_(std::move(sources)), token_(std::move(token)) {}

ApiResponse Api::handle(const ApiRequest& request) const {
  const std::string_view target = request.target;
  const auto mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  const std::string_view query = target.substr(std::min(mark + 1, target.size()));
  if (request.method == "GET" || request.method == "HEAD") return read(request, path, query);
  const bool registers = path.starts_with("/api/v1/upstreams/");
  if (request.method != "POST" && !(registers && request.method == "DELETE"))
    return problem(405, "method not allowed", "GET reads, POST changes");
  const std::string_view bearer = "Bearer ";
  if (!request.authorization.starts_with(bearer) ||
      !same_secret(std::string_view(request.authorization).substr(bearer.size()), token_))
    return problem(401, "token needed", "a change needs the header Authorization: Bearer TOKEN",
                   "the token stands in " + control_.journal_path() + ".token");
  return registers ? registry(request, path) : change(request, path);
}

ApiResponse Api::read(const ApiRequest&, std::string_view path, std::string_view query) const {
  if (path == "/livez") return plain(200, "ok\n");
  if (path == "/readyz") return readyz();
  if (path == "/metrics") return metrics();
  if (path == "/api/v1/status") return status();
  if (path == "/api/v1/cutovers") return ok(cutovers_json(control_, sources_));
  if (path == "/api/v1/explain") return explain(query);
  if (path == "/api/v1/audit") return audit(query);
  if (path.starts_with("/api/v1/cutovers/")) return about_cutover(path);
  return problem(404, "not found", "there is nothing at " + std::string(path));
}

ApiResponse Api::readyz() const {
  const std::string why = sources_.not_ready ? sources_.not_ready() : "";
  if (!why.empty()) return plain(503, "not ready: " + why + "\n");
  std::string text = "ready\n";
  if (sources_.warnings)
    for (const std::string& warning : sources_.warnings()) text += "warning: " + warning + "\n";
  return plain(200, std::move(text));
}

ApiResponse Api::metrics() const {
  return {200, "text/plain; version=0.0.4; charset=utf-8",
          (sources_.metrics ? sources_.metrics() : "") + control_metrics(control_)};
}

ApiResponse Api::status() const { return ok(status_json(control_, sources_)); }

ApiResponse Api::explain(std::string_view query) const {
  routing::Question question{"GET", "", {}, ""};
  each_parameter(query, [&](std::string key, std::string value) {
    if (key == "method")
      question.method = std::move(value);
    else if (key == "url" || key == "target")
      question.target = std::move(value);
    else if (key == "peer")
      question.peer = std::move(value);
    else if (key == "header")
      if (const auto colon = value.find(':'); colon != std::string::npos) {
        auto start = std::min(value.find_first_not_of(' ', colon + 1), value.size());
        question.headers.emplace_back(value.substr(0, colon), value.substr(start));
      }
  });
  if (question.target.empty())
    return problem(400, "bad request", "explain needs ?url=/path",
                   "also: method=GET, header=Name:value (repeatable), peer=ADDRESS");
  const auto explained = routing::explain(*control_.live().snapshot(), question);
  json::value body = json::parse(explained.json);
  body.as_object()["text"] = explained.text;
  return ok(body);
}

ApiResponse Api::audit(std::string_view query) const {
  std::size_t limit = 100;
  each_parameter(query, [&](const std::string& key, const std::string& value) {
    if (key == "limit") limit = static_cast<std::size_t>(config::parse_count(value).value_or(100));
  });
  json::array records;
  const auto audit = cutover::audit_file(control_.journal_path(), std::chrono::milliseconds(500),
                                         [&](const cutover::Record& record) {
                                           if (limit != 0 && records.size() == limit)
                                             records.erase(records.begin());
                                           records.push_back(record_json(record));
                                         });
  json::object out{{"ok", audit.ok()}, {"records", audit.records}, {"head", audit.head_hash}};
  if (audit.first_bad) out["first_bad"] = *audit.first_bad;
  if (audit.problem) out["problem"] = audit.problem->what;
  out["list"] = std::move(records);
  return ok(out);
}

ApiResponse Api::about_cutover(std::string_view path) const {
  const std::string_view rest = path.substr(std::string_view("/api/v1/cutovers/").size());
  const auto slash = std::min(rest.rfind('/'), rest.size());
  const std::string name = decode(rest.substr(0, slash));
  if (!control_.live().snapshot()->config->find_cutover(name))
    return problem(404, "no such cutover", "there is no cutover '" + name + "'", "see: banyan-router status");
  if (rest.substr(slash) != "/diff")
    return problem(404, "not found", "expected /api/v1/cutovers/{name}/diff");
  const json::value report = parse_or_null([&] { return sources_.diff ? sources_.diff(name) : "null"; });
  return ok(json::object{{"cutover", name}, {"report", report}});
}

ApiResponse Api::change(const ApiRequest& request, std::string_view path) const {
  if (path == "/api/v1/reload") return reload(request);
  if (path == "/api/v1/rollback-all") {
    json::object body;
    if (!parse_body(request.body, body)) return problem(400, "bad request", "the body is not a JSON object");
    json::array changes;
    for (const Change& change : control_.rollback_all(actor_of(body, request)))
      changes.push_back(change_json(change));
    return ok(json::object{{"changes", std::move(changes)}});
  }
  if (path.starts_with("/api/v1/cutovers/")) return change_cutover(request, path);
  return problem(404, "not found", "there is nothing to change at " + std::string(path));
}

ApiResponse Api::change_cutover(const ApiRequest& request, std::string_view path) const {
  const std::string_view rest = path.substr(std::string_view("/api/v1/cutovers/").size());
  const auto slash = rest.rfind('/');
  if (slash == rest.npos) return problem(404, "not found", "expected /api/v1/cutovers/{name}/{verb}");
  json::object body;
  if (!parse_body(request.body, body)) return problem(400, "bad request", "the body is not a JSON object");
  if (rest.substr(slash + 1) == "approve") {
    const std::string as = text_of(body, "as");
    if (as.empty()) return problem(400, "bad request", "approve needs \"as\": the name that the plan asks for");
    const auto approved = control_.approve(decode(rest.substr(0, slash)), as, actor_of(body, request));
    return approved ? ok(change_json(*approved)) : refuse(approved.error());
  }
  const json::value* full = body.if_contains("full");
  const auto verb = verb_of(rest.substr(slash + 1), full && full->is_bool() && full->get_bool());
  if (!verb)
    return problem(404, "not found", "'" + std::string(rest.substr(slash + 1)) + "' is no verb",
                   "promote, rollback, hold, resume, set-weight, approve");
  cutover::Command command;
  command.verb = *verb;
  const json::value* force = body.if_contains("force");
  command.force = force && force->is_bool() && force->get_bool();
  if (*verb == Verb::set_weight) {
    const auto weight = weight_of(body);
    if (!weight)
      return problem(400, "bad request",
                     "set-weight needs \"percent\": above 0, up to 100, in steps of 0.01");
    command.weight = *weight;
  }
  const auto changed = control_.command(decode(rest.substr(0, slash)), command, actor_of(body, request));
  return changed ? ok(change_json(*changed)) : refuse(changed.error());
}

ApiResponse Api::reload(const ApiRequest& request) const {
  json::object body;
  if (!parse_body(request.body, body)) return problem(400, "bad request", "the body is not a JSON object");
  const ReloadOutcome outcome = control_.reload(actor_of(body, request));
  if (!outcome.ok)
    return problem(422, "reload refused; the running configuration is unchanged", outcome.errors);
  json::array changes;
  for (const std::string& change : outcome.changes) changes.emplace_back(change);
  json::array warnings;
  for (const std::string& warning : outcome.warnings) warnings.emplace_back(warning);
  return ok(json::object{{"ok", true}, {"changes", std::move(changes)}, {"warnings", std::move(warnings)}});
}

}  // namespace banyan::admin
