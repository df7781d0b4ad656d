#include "router/cli/cli.hpp"
#include "router/cli/locate.hpp"
#include "router/cutover/freeze.hpp"

#include <boost/json.hpp>

#include <pwd.h>
#include <unistd.h>

#include <iostream>

namespace banyan::cli {
namespace {

namespace json = boost::json;

std::string user_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry && entry->pw_name ? entry->pw_name : "uid " + std::to_string(::getuid());
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

void print_change(const json::value& change) {
  const std::string name = text_of(change.at("cutover"));
  if (!change.at("changed").as_bool()) {
    std::cout << name << ": " << text_of(change.at("after").at("text")) << " already; nothing changed\n";
    return;
  }
  const std::string note = text_of(change.at("note"));
  if (change.at("before") == change.at("after")) {  // approved, frozen, thawed
    std::cout << (name == cutover::every_cutover ? "all cutovers" : name) << ": " << note << "\n";
  } else {
    std::cout << name << ": " << text_of(change.at("before").at("text")) << " -> "
              << text_of(change.at("after").at("text")) << "\n";
    for (const json::value& mate : change.at("together_with").as_array())
      std::cout << "  in lockstep: " << text_of(mate) << "\n";
    if (!note.empty()) std::cout << "  " << note << "\n";
  }
  const std::string persisted = text_of(change.at("persisted"));
  if (persisted != "journal")
    std::cout << "  in effect; the journal could not take it, it is kept in: " << persisted << "\n";
  const std::string reverse = text_of(change.at("reverse"));
  if (!reverse.empty()) std::cout << "  to reverse: " << reverse << "\n";
}

bool needs_token(const Running& running) {
  if (!running.token.empty()) return false;
  std::cerr << "error: no admin token: " << running.state << ".token cannot be read\n"
            << "  run this as the router's user, or give --token-file FILE or BANYAN_TOKEN\n";
  return true;
}

}  // namespace

int change(const Options& options) {
  const Running running = locate(options);
  if (needs_token(running)) return Exit::unusable;
  json::object body{{"who", options.who.empty() ? user_name() : options.who}, {"why", options.why}};
  if (options.full) body["full"] = true;
  if (options.force) body["force"] = true;
  if (!options.as.empty()) body["as"] = options.as;
  if (!options.percent.empty()) body["percent"] = options.percent;
  if (!options.until.empty()) body["until"] = options.until;
  const std::string target = options.all
                                 ? "/api/v1/" + options.verb + (options.verb == "rollback" ? "-all" : "")
                                 : "/api/v1/cutovers/" + percent_encode(options.cutover) + "/" + options.verb;
  const auto answer = ask(running, "POST", target, json::serialize(body));
  if (!answer) return Exit::unusable;
  if (answer->status != 200) {
    print_problem(*answer);
    return answer->status == 409 ? Exit::findings : Exit::unusable;
  }
  const json::value result = json::parse(answer->body);
  if (options.format == "json")
    std::cout << answer->body;
  else if (!result.as_object().contains("changes"))
    print_change(result);
  else
    for (const json::value& each : result.at("changes").as_array()) print_change(each);
  return Exit::done;
}

int ignore(const Options& options) {
  const Running running = locate(options);
  if (needs_token(running)) return Exit::unusable;
  const json::object body{{"who", options.who.empty() ? user_name() : options.who},
                          {"why", options.why},
                          {"path", options.path},
                          {"apply", !options.dry_run}};
  const auto answer = ask(running, "POST", "/api/v1/cutovers/" + percent_encode(options.cutover) + "/ignore", json::serialize(body));
  if (!answer) return Exit::unusable;
  if (answer->status != 200) {
    print_problem(*answer);
    return answer->status == 409 ? Exit::findings : Exit::unusable;
  }
  if (options.format == "json") {
    std::cout << answer->body;
    return Exit::done;
  }
  const json::value result = json::parse(answer->body);
  std::string inserted = text_of(result.at("inserted"));
  inserted.erase(0, inserted.find_first_not_of(" \n"));
  inserted.erase(inserted.find_last_not_of(" \n") + 1);
  std::cout << text_of(result.at("file")) << ":" << result.at("line").as_int64() << ": + " << inserted << "\n"
            << (options.dry_run ? "  not written: --dry-run\n" : "  written and reloaded; the count of differences starts over\n");
  return Exit::done;
}

int reload(const Options& options) {
  const Running running = locate(options);
  if (needs_token(running)) return Exit::unusable;
  const auto answer = ask(running, "POST", "/api/v1/reload",
                          json::serialize(json::object{{"who", user_name()}, {"why", options.why.empty() ? "reload" : options.why}}));
  if (!answer) return Exit::unusable;
  if (answer->status != 200) {
    const json::value body = json::parse(answer->body);
    if (answer->status == 422)
      std::cerr << text_of(body.at("detail")) << text_of(body.at("title")) << "\n";
    else
      print_problem(*answer);
    return Exit::unusable;
  }
  const json::value body = json::parse(answer->body);
  std::cout << "reloaded; " << body.at("changes").as_array().size() << " changes\n";
  for (const json::value& each : body.at("changes").as_array()) std::cout << "  " << text_of(each) << "\n";
  const auto& warnings = body.at("warnings").as_array();
  for (const json::value& warning : warnings) std::cerr << "WARNING: " << text_of(warning) << "\n";
  return warnings.empty() ? Exit::done : Exit::findings;
}

}  // namespace banyan::cli
