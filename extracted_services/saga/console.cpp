#include "extracted_services/saga/console.hpp"

#include "extracted_services/client/client.hpp"
#include "extracted_services/saga/definition.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <sstream>
#include <unistd.h>

namespace banyan::saga {
namespace json = boost::json;
namespace {

constexpr int exit_refused = 1;
constexpr int exit_environment = 2;

struct CommandFailed {
  int exit_code;
};

struct Wish {
  std::string url;
  std::string status, subject, who, reason, file;
  bool parked = false;
  bool as_json = false;
  std::int64_t id = 0;
  std::int64_t limit = 20;
};

[[noreturn]] void fail(const std::string& words, int code) {
  std::cerr << "error: " << words << "\n";
  throw CommandFailed{code};
}

std::string text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

json::object ask(const Wish& wish, client::Call call) {
  const auto upstream = client::parse_upstream(wish.url);
  if (!upstream) fail("--url: " + wish.url + " is not HOST:PORT with a numeric address", exit_environment);
  call.attempts = 3;
  call.deadline = std::chrono::milliseconds(10'000);
  const auto result = client::send_and_wait(*upstream, call);
  if (!result) fail(wish.url + ": " + result.error().text + "; is the service running?", exit_environment);
  json::error_code error;
  const auto value = json::parse(result->body, error);
  const auto* object = error ? nullptr : value.if_object();
  if (!object) fail(wish.url + ": the answer is not a JSON object", exit_environment);
  if (result->status >= 300) fail(text(*object, "detail"), exit_refused);
  return *object;
}

std::string names(const json::object& saga) {
  std::string all;
  for (const auto& name : saga.at("remaining").as_array())
    all += (all.empty() ? "" : ",") + std::string(name.as_string());
  return all.empty() ? "-" : all;
}

void print_row(const json::object& saga) {
  std::cout << text(saga, "id") << "\t" << text(saga, "subject") << "\t" << text(saga, "status") << "\t" << names(saga)
            << "\t" << (text(saga, "parked").empty() ? "-" : text(saga, "parked")) << "\n";
}

void print_saga(const json::object& saga) {
  std::cout << "saga " << text(saga, "id") << " " << text(saga, "saga") << " of " << text(saga, "subject") << ": "
            << text(saga, "status") << "\n";
  for (const auto* name : {"why", "parked"})
    if (!text(saga, name).empty()) std::cout << name << ": " << text(saga, name) << "\n";
  std::cout << "remaining: " << names(saga) << "\n\nSTEP\tKIND\tPHASE\tATTEMPTS\tERROR\n";
  for (const auto& value : saga.at("steps").as_array()) {
    const auto& step = value.as_object();
    std::cout << text(step, "name") << "\t" << text(step, "kind") << "\t" << text(step, "phase") << "\t"
              << text(step, "attempts") << "\t" << (text(step, "error").empty() ? "-" : text(step, "error")) << "\n";
  }
  std::cout << "\nHELD BY\tSTEP\tKEY\tCERTAIN\n";
  for (const auto& value : saga.at("holds").as_array()) {
    const auto& held = value.as_object();
    std::cout << text(held, "holder") << "\t" << text(held, "step") << "\t" << text(held, "key") << "\t"
              << (held.at("certain").as_bool() ? "yes" : "unknown") << "\n";
  }
  for (const auto& value : saga.at("acts").as_array()) {
    const auto& act = value.as_object();
    std::cout << "\n" << text(act, "act") << " by " << text(act, "who") << ": " << text(act, "reason") << " -> "
              << text(act, "outcome") << "\n";
  }
}

std::string encoded(const std::string& raw) {
  std::string out;
  for (const unsigned char c : raw) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned>(c));
    out += std::isalnum(c) ? std::string(1, static_cast<char>(c)) : std::string(hex);
  }
  return out;
}

void list(const Wish& wish) {
  std::string target = "/v1/sagas?limit=" + std::to_string(wish.limit);
  if (!wish.status.empty()) target += "&status=" + encoded(wish.status);
  if (!wish.subject.empty()) target += "&subject=" + encoded(wish.subject);
  if (wish.parked) target += "&parked=1";
  const auto page = ask(wish, {"GET", target, {}, {}, {}, 1});
  if (wish.as_json) {
    std::cout << json::serialize(page) << "\n";
    return;
  }
  std::cout << "ID\tSUBJECT\tSTATUS\tREMAINING\tPARKED\n";
  for (const auto& saga : page.at("sagas").as_array()) print_row(saga.as_object());
}

void show(const Wish& wish) {
  const auto saga = ask(wish, {"GET", "/v1/sagas/" + std::to_string(wish.id), {}, {}, {}, 1});
  if (wish.as_json)
    std::cout << json::serialize(saga) << "\n";
  else
    print_saga(saga);
}

void act(const Wish& wish, const std::string& what) {
  const json::object body{{"who", wish.who}, {"reason", wish.reason}};
  const auto saga =
      ask(wish, {"POST", "/v1/sagas/" + std::to_string(wish.id) + "/" + what, {}, json::serialize(body), {}, 1});
  if (wish.as_json)
    std::cout << json::serialize(saga) << "\n";
  else
    print_saga(saga);
}

void check(const Wish& wish) {
  std::ifstream stream(wish.file);
  if (!stream) fail(wish.file + ": cannot be read", exit_environment);
  std::ostringstream content;
  content << stream.rdbuf();
  const auto definition = parse_definition(content.str());
  if (!definition)
    fail(wish.file + ": " + definition.error().pointer + " " + definition.error().message, exit_environment);
  std::cout << definition->saga << " " << definition->hash << "\n";
}

std::string login() {
  const char* name = std::getenv("USER");
  return name && *name ? name : "uid" + std::to_string(::getuid());
}

using Chosen = std::function<void()>;

CLI::App* add(CLI::App& saga, const std::shared_ptr<Wish>& wish, Chosen& chosen, const std::string& name,
              const std::string& help, const Chosen& run) {
  auto* command = saga.add_subcommand(name, help);
  command->add_option("--url", wish->url, "The running service")->capture_default_str();
  command->add_flag("--json", wish->as_json, "JSON instead of text");
  command->callback([&chosen, run] { chosen = run; });
  return command;
}

CLI::App* id_of(CLI::App* command, Wish& wish) {
  command->add_option("id", wish.id, "Of the saga")->required()->check(CLI::PositiveNumber);
  return command;
}

void add_reads(CLI::App& saga, const std::shared_ptr<Wish>& wish, Chosen& chosen) {
  auto* command = add(saga, wish, chosen, "list", "Newest first", [wish] { list(*wish); });
  command->add_option("--status", wish->status, "running, compensating, completed or compensated");
  command->add_option("--subject", wish->subject, "For example order/7");
  command->add_option("--limit", wish->limit, "At most so many")->check(CLI::Range(1, 100))->capture_default_str();
  command->add_flag("--parked", wish->parked, "Only those that somebody should look at");
  id_of(add(saga, wish, chosen, "show", "Steps, what remains, who holds what", [wish] { show(*wish); }), *wish);
  auto* check_command = saga.add_subcommand("check", "Is a file a saga definition? Prints its name and hash");
  check_command->add_option("file", wish->file, "JSON")->required();
  check_command->callback([&chosen, wish] { chosen = [wish] { check(*wish); }; });
}

void add_acts(CLI::App& saga, const std::shared_ptr<Wish>& wish, Chosen& chosen) {
  const std::pair<std::string, std::string> acts[] = {{"retry", "Try again now what is waiting"},
                                                      {"compensate", "Turn back, if there is a way back"}};
  for (const auto& [what, help] : acts) {
    auto* command =
        id_of(add(saga, wish, chosen, what, help, [wish, verb = what] { act(*wish, verb); }), *wish);
    command->add_option("--reason", wish->reason, "Stands in the audit")->required();
    command->add_option("--who", wish->who, "Stands in the audit")->capture_default_str();
  }
}

}  // namespace

void Console::add_to(CLI::App& app, std::uint16_t default_port) {
  auto* saga = app.add_subcommand("saga", "Look at sagas and act on them, over the running service");
  saga->require_subcommand(1);
  const auto wish = std::make_shared<Wish>();
  wish->url = "127.0.0.1:" + std::to_string(default_port);
  wish->who = login();
  add_reads(*saga, wish, chosen_);
  add_acts(*saga, wish, chosen_);
}

std::optional<int> Console::run() const {
  if (!chosen_) return std::nullopt;
  try {
    chosen_();
  } catch (const CommandFailed& failed) {
    return failed.exit_code;
  }
  std::cout.flush();
  return 0;
}

}  // namespace banyan::saga
