#include "router/cli/locate.hpp"

#include "router/admin/token.hpp"
#include "router/config/load.hpp"
#include "router/config/units.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <stdexcept>

namespace banyan::cli {

namespace json = boost::json;

std::string admin_note_path(const std::string& state) { return state + ".admin"; }

Running locate(const Options& options) {
  const config::StaticSettings fixed = config::peek_static(options.config);
  Running running;
  running.state = fixed.state;
  running.admin = fixed.admin;
  std::ifstream note(admin_note_path(fixed.state));
  std::string text;
  if (note >> text)
    if (const auto address = config::parse_address(text)) running.admin = *address;
  if (!options.admin.empty()) {
    const auto address = config::parse_address(options.admin);
    if (!address) throw std::runtime_error("--admin: expected HOST:PORT, found '" + options.admin + "'");
    running.admin = *address;
  }
  if (running.admin.host == "0.0.0.0") running.admin.host = "127.0.0.1";
  if (running.admin.host == "::") running.admin.host = "::1";
  running.token = admin::find_token(running.state, options.token_file).value_or("");
  return running;
}

std::optional<AdminAnswer> ask(const Running& running, const std::string& method, const std::string& target,
                               const std::string& body) {
  std::string why;
  auto answer = call_admin({running.admin, method, target, running.token, body}, why);
  if (!answer)
    std::cerr << "error: no answer from the router's admin listener at " << to_string(running.admin) << ": "
              << why << "\n  is it running?  banyan-router run -c ...   or name it: --admin HOST:PORT\n";
  return answer;
}

void print_problem(const AdminAnswer& answer) {
  boost::system::error_code error;
  const json::value body = json::parse(answer.body, error);
  const auto text = [&body](const char* key) {
    const json::value* field = body.is_object() ? body.get_object().if_contains(key) : nullptr;
    return field && field->is_string() ? std::string(field->get_string()) : std::string();
  };
  if (error || text("detail").empty()) {
    std::cerr << "error: the router answered " << answer.status << "\n" << answer.body << "\n";
    return;
  }
  std::cerr << "error: " << text("title") << ": " << text("detail") << "\n";
  if (!text("hint").empty()) std::cerr << "  " << text("hint") << "\n";
}

}  // namespace banyan::cli
