#include "router/cli/cli.hpp"
#include "router/cli/load.hpp"
#include "router/cli/locate.hpp"
#include "router/cli/recorded_log.hpp"
#include "router/config/load.hpp"
#include "router/cutover/audit.hpp"
#include "router/routing/explain.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace banyan::cli {
namespace {

namespace json = boost::json;

json::array diagnostics_json(const std::vector<config::Diagnostic>& diagnostics) {
  json::array out;
  for (const config::Diagnostic& d : diagnostics)
    out.push_back(json::object{{"file", d.file},
                               {"line", d.line},
                               {"column", d.column},
                               {"severity", "error"},
                               {"message", d.message},
                               {"hint", d.hint}});
  return out;
}

routing::Question question_of(const Options& options) {
  routing::Question question{options.method, options.url, {}, options.peer};
  for (const std::string& header : options.headers) {
    const auto colon = header.find(':');
    if (colon == std::string::npos)
      throw std::runtime_error("-H: expected 'Name: value', found '" + header + "'");
    const auto start = std::min(header.find_first_not_of(' ', colon + 1), header.size());
    question.headers.emplace_back(header.substr(0, colon), header.substr(start));
  }
  std::string cookies;
  for (const std::string& cookie : options.cookies) cookies += (cookies.empty() ? "" : "; ") + cookie;
  if (!cookies.empty()) question.headers.emplace_back("Cookie", cookies);
  return question;
}

int explain_online(const Options& options, const Running& running) {
  const routing::Question question = question_of(options);
  std::string target =
      "/api/v1/explain?method=" + percent_encode(question.method) + "&url=" + percent_encode(question.target);
  for (const auto& [name, value] : question.headers)
    target += "&header=" + percent_encode(name + ": " + value);
  if (!question.peer.empty()) target += "&peer=" + percent_encode(question.peer);
  const auto answer = ask(running, "GET", target);
  if (!answer) return Exit::unusable;
  if (answer->status != 200) return print_problem(*answer), Exit::unusable;
  if (options.format == "json")
    std::cout << answer->body;
  else
    std::cout << std::string(json::parse(answer->body).at("text").as_string());
  return Exit::done;
}

int explain_offline(const Options& options) {
  const config::LoadResult loaded = config::load_file(options.config);
  if (!loaded.config) {
    std::cerr << config::format(loaded.diagnostics);
    return Exit::unusable;
  }
  const auto explained = routing::explain(snapshot_on_disk(loaded.config), question_of(options));
  std::cout << (options.format == "json" ? explained.json + "\n" : explained.text);
  return Exit::done;
}

void print_cutovers(const json::value& body) {
  for (const json::value& row : body.at("cutovers").as_array()) {
    std::cout << "  " << std::string(row.at("name").as_string()) << ": "
              << std::string(row.at("state").at("text").as_string()) << "   "
              << std::string(row.at("from").as_string()) << " -> " << std::string(row.at("to").as_string());
    if (row.at("next").is_string()) std::cout << "   next: " << std::string(row.at("next").as_string());
    if (const auto* note = row.at("state").as_object().if_contains("rolled_back"))
      std::cout << "   (by " << std::string(note->at("by").as_string()) << ": "
                << std::string(note->at("reason").as_string()) << ")";
    std::cout << "\n";
    if (!row.as_object().contains("blocks")) continue;
    const bool begun = row.at("state").at("effective_stage") != "legacy" && row.at("state").at("stage") != "rolled_back";
    for (const json::value& block : row.at("blocks").as_array())
      std::cout << "      waits: " << std::string(block.as_string()) << "\n";
    if (begun && row.at("ready").as_bool()) std::cout << "      ready for the next step\n";
  }
}

// " (cli)": by what way a change came, where the journal says it.
std::string way_of(const cutover::Record& record) {
  boost::system::error_code error;
  const json::value evidence = json::parse(record.evidence, error);
  const json::value* via = !error && evidence.is_object() ? evidence.get_object().if_contains("via") : nullptr;
  return via && via->is_string() ? " (" + std::string(via->get_string()) + ")" : "";
}

// "frozen until ...", "approved as ...", or the step from one state to the other.
std::string what_happened(const cutover::Record& record) {
  const auto before = cutover::state_from_json(record.previous), after = cutover::state_from_json(record.next);
  boost::system::error_code error;
  const json::value evidence = json::parse(record.evidence, error);
  const auto text = [&](const char* key) {
    const auto* value = !error && evidence.is_object() ? evidence.get_object().if_contains(key) : nullptr;
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const std::string command = text("command");
  if (command == "freeze") return "frozen until " + (text("until").empty() ? "it is thawed" : text("until"));
  if (command == "thaw") return "thawed";
  if (command == "approve") return "approved as " + text("approved_as");
  return (before ? describe(*before) : "?") + " -> " + (after ? describe(*after) : "?");
}

}  // namespace

int check(const Options& options) {
  const config::LoadResult loaded = load_with_files(options.config);
  const std::size_t errors = loaded.diagnostics.size();
  if (options.format == "json") {
    std::cout << json::serialize(
                     json::object{{"ok", errors == 0}, {"errors", diagnostics_json(loaded.diagnostics)}})
              << "\n";
    return errors ? Exit::unusable : Exit::done;
  }
  if (errors) {
    std::cerr << config::format(loaded.diagnostics) << errors << (errors == 1 ? " error\n" : " errors\n");
    return Exit::unusable;
  }
  const config::Config& config = *loaded.config;
  const auto count = [](std::size_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
  };
  std::cout << "OK: " << count(config.upstreams.size(), "upstream") << ", "
            << count(config.cutovers.size(), "cutover") << ", " << count(config.rules.rules().size(), "rule")
            << ", " << count(config.expectations.size(), "expectation")
            << "; default: " << config.upstreams[config.default_upstream].name << "\n";
  return Exit::done;
}

int explain(const Options& options) {
  if (options.offline) return explain_offline(options);
  const Running running = locate(options);
  std::string why;
  AdminCall probe{running.admin, "GET", "/livez", "", "", std::chrono::milliseconds(2000)};
  if (!options.admin.empty() || call_admin(probe, why)) return explain_online(options, running);
  std::cerr << "no running router at " << to_string(running.admin) << ": explaining from the files\n";
  return explain_offline(options);
}

int status(const Options& options) {
  const Running running = locate(options);
  const auto answer = ask(running, "GET", "/api/v1/status");
  if (!answer) return Exit::unusable;
  if (answer->status != 200) return print_problem(*answer), Exit::unusable;
  const json::value body = json::parse(answer->body);
  const auto& problems = body.at("problems").as_array();
  if (options.format == "json") {
    std::cout << answer->body;
  } else {
    std::cout << "router at " << to_string(running.admin) << ", configuration "
              << std::string(body.at("config").at("file").as_string()) << " loaded "
              << std::string(body.at("config").at("loaded_at").as_string()) << "\n";
    if (body.at("freeze").is_object())
      std::cout << "  every cutover is " << std::string(body.at("freeze").at("words").as_string()) << "\n";
    print_cutovers(body);
    for (const json::value& warning : body.at("warnings").as_array())
      std::cout << "  warning: " << std::string(warning.as_string()) << "\n";
    for (const json::value& problem : problems)
      std::cout << "  PROBLEM: " << std::string(problem.as_string()) << "\n";
  }
  return problems.empty() ? Exit::done : Exit::findings;
}

int explain_cutover(const Options& options) {
  const std::string name = options.cutover.empty() ? options.method : options.cutover;
  const auto answer = ask(locate(options), "GET", "/api/v1/cutovers/" + percent_encode(name));
  if (!answer) return Exit::unusable;
  if (answer->status != 200) return print_problem(*answer), Exit::unusable;
  const json::value row = json::parse(answer->body);
  const auto text = [&row](const char* key) { return std::string(row.at(key).as_string()); };
  const auto& blockers = row.at("blockers").as_array();
  if (options.format == "json") {
    std::cout << answer->body;
    return blockers.empty() ? Exit::done : Exit::findings;
  }
  std::cout << name << ": " << std::string(row.at("state").at("text").as_string()) << "   " << text("from") << " -> "
            << text("to") << "\n";
  if (row.at("lockstep").is_string()) std::cout << "  moves in lockstep: " << text("lockstep") << "\n";
  if (options.full) std::cout << "  promote --full: live\n";
  else if (row.at("next").is_string()) std::cout << "  next: " << text("next") << "\n";
  for (const json::value& block : blockers)
    std::cout << "  waits: " << std::string(block.at("words").as_string())
              << (block.at("forceable").as_bool() ? "   (--force overrides it)" : "") << "\n";
  if (blockers.empty())
    std::cout << "  nothing blocks it" << (row.at("automatic").as_bool() ? "; it goes on by itself" : "") << "\n";
  return blockers.empty() ? Exit::done : Exit::findings;
}

int audit(const Options& options) {
  const std::string state = config::peek_static(options.config).state;
  std::vector<cutover::Record> records;
  const auto result =
      cutover::audit_file(state, std::chrono::milliseconds(2000), [&](const cutover::Record& record) {
        if (options.limit != 0 && records.size() == options.limit) records.erase(records.begin());
        records.push_back(record);
      });
  if (options.format == "json") {
    json::object out{{"ok", result.ok()}, {"records", result.records}, {"head", result.head_hash}};
    if (result.first_bad) out["first_bad"] = *result.first_bad;
    if (result.problem) out["problem"] = result.problem->what;
    std::cout << json::serialize(out) << "\n";
  } else if (!options.verify) {
    for (const cutover::Record& r : records)
      std::cout << r.seq << "  " << r.time << "  " << r.cutover << "  " << what_happened(r) << "  by " << r.who
                << way_of(r) << (r.why.empty() ? "" : "  \"" + r.why + "\"") << "\n";
  }
  if (result.ok()) {
    if (options.format == "text")
      std::cout << "OK: " << result.records << " records, chain intact, head "
                << result.head_hash.substr(0, 16) << "\n";
    return Exit::done;
  }
  std::cerr << "error: " << result.problem->what << "\n";
  if (result.first_bad) std::cerr << "  first bad record: " << *result.first_bad << "\n";
  using Kind = cutover::JournalError::Kind;
  const bool finding = result.first_bad || result.problem->kind == Kind::broken;
  return finding ? Exit::findings : Exit::unusable;
}

}  // namespace banyan::cli
