// POST /api/v1/cutovers/{name}/ignore: a place in the answers that no longer counts as a difference, written where a
// person would have written it, into the configuration file.
//
//   new file beside the old one -> journal -> rename -> reload; a reload that is refused puts the old file back
#include "router/admin/changes.hpp"
#include "router/admin/views.hpp"
#include "router/config/edit.hpp"
#include "router/config/load.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace banyan::admin {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

std::optional<std::string> whole_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) return std::nullopt;
  return text.str();
}

// What went wrong; empty: nothing. The new file has the mode of the old one.
std::string write_beside(const std::string& file, const std::string& beside, const std::string& text) {
  struct stat old{};
  const mode_t mode = ::stat(file.c_str(), &old) == 0 ? old.st_mode & 07777 : 0644;
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  const bool good = fd >= 0 && ::fchmod(fd, mode) == 0 &&
                    ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  return good ? "" : std::strerror(error);
}

constexpr std::string_view header_mark = "header:";

std::string by_hand(const std::string& path) {
  const bool header = path.starts_with(header_mark);
  return "put it there by hand: compare: { " + std::string(header ? "headers" : "json") + ": { ignore: [ \"" +
         (header ? path.substr(header_mark.size()) : path) + "\" ] } }";
}

// A JSON path, or header: and a token (RFC 9110 5.6.2).
bool is_place(const std::string& path) {
  if (path.starts_with("$")) return true;
  if (!path.starts_with(header_mark) || path.size() == header_mark.size()) return false;
  return std::all_of(path.begin() + header_mark.size(), path.end(), [](unsigned char c) {
    return std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool ignored_already(const config::CompareRules& rules, const std::string& path) {
  if (!path.starts_with(header_mark)) return std::find(rules.ignore.begin(), rules.ignore.end(), path) != rules.ignore.end();
  const std::string_view name = std::string_view(path).substr(header_mark.size());
  return std::any_of(rules.ignore_headers.begin(), rules.ignore_headers.end(), [name](const std::string& known) {
    return std::equal(known.begin(), known.end(), name.begin(), name.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
  });
}

}  // namespace

ApiResponse Api::ignore(const Call& call) const {
  const auto body = body_of(call);
  if (!body) return no_object();
  const std::string path = text_of(*body, "path");
  if (!is_place(path))
    return problem(400, "bad request", "ignore needs \"path\": a JSON path such as $.asOf, or a header such as header:x-served-by");
  const auto config = control_.live().snapshot()->config;
  const auto index = config->find_cutover(call.name);
  if (!index) return problem(404, "no such cutover", "there is no cutover '" + call.name + "'", "see: banyan-router status");
  if (ignored_already(config->cutovers[*index].compare, path))
    return problem(409, "refused", call.name + " ignores " + path + " already");
  const auto before = whole_file(config->source);
  if (!before) return problem(409, "refused", "cannot read " + config->source, by_hand(path));
  const auto edit = config::add_ignore(*before, call.name, path);
  if (!edit) return problem(409, "refused", config->source + " is written in a way that cannot be changed safely", by_hand(path));
  if (const auto loaded = config::load_text(edit->text, config->source); !loaded.config)
    return problem(422, "refused", config::format(loaded.diagnostics), by_hand(path));
  json::object answer{{"cutover", call.name}, {"path", path},  {"file", config->source}, {"line", edit->line},
                      {"inserted", edit->inserted}, {"applied", false}};
  if (!is_set(*body, "apply")) return json_answer(answer);
  if (auto refusal = write_config(call, *body, path, *before, edit->text)) return *refusal;
  answer["applied"] = true;
  return json_answer(answer);
}

std::optional<ApiResponse> Api::write_config(const Call& call, const json::object& body, const std::string& path,
                                             const std::string& before, const std::string& after) const {
  const std::lock_guard one_at_a_time(edit_mutex_);
  std::error_code error;
  const std::string file = fs::canonical(control_.config_status().file, error).string();  // a link stays a link
  const std::string beside = file + ".new";
  if (whole_file(file) != before) return problem(409, "refused", file + " changed meanwhile", "try again");
  if (const std::string why = write_beside(file, beside, after); !why.empty())
    return problem(409, "refused", "cannot write " + beside + ": " + why, by_hand(path));
  const Actor actor = actor_of(body, call);
  const auto noted = control_.remark(call.name, json::serialize(json::object{{"command", "ignore"}, {"path", path}}), actor);
  if (!noted) {
    fs::remove(beside, error);
    return refuse(noted.error());
  }
  fs::rename(beside, file, error);
  if (error) return problem(409, "refused", "cannot replace " + file + ": " + error.message(), by_hand(path));
  const ReloadOutcome outcome = control_.reload(actor);
  if (outcome.ok) return std::nullopt;
  if (write_beside(file, beside, before).empty()) fs::rename(beside, file, error);
  return problem(422, "reload refused; the file is as it was", outcome.errors);
}

}  // namespace banyan::admin
