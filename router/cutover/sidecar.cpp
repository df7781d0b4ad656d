#include "router/cutover/sidecar.hpp"

#include "router/cutover/record.hpp"
#include "router/cutover/small_file.hpp"

#include <boost/json.hpp>

namespace banyan::cutover {
namespace {

namespace json = boost::json;
constexpr std::size_t reserved = 64 * 1024;

std::string line_of(const SidecarEntry& entry) {
  const json::object fields{{"id", entry.id},
                            {"cutover", entry.cutover},
                            {"reason", entry.note.reason},
                            {"by", entry.note.by},
                            {"at", entry.note.at}};
  const std::string text = json::serialize(fields);
  return sha256_hex(text) + " " + text + "\n";
}

bool parse_line(std::string_view line, SidecarEntry& entry) {
  if (line.size() < 66 || line[64] != ' ' || sha256_hex(line.substr(65)) != line.substr(0, 64)) return false;
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(line.data() + 65, line.size() - 65), error);
  if (error || !value.is_object()) return false;
  const auto text = [&value](const char* key) {
    const json::value* field = value.get_object().if_contains(key);
    return field && field->is_string() ? std::string(field->get_string()) : std::string();
  };
  entry = {text("id"), text("cutover"), {text("reason"), text("by"), text("at")}};
  return true;
}

}  // namespace

Sidecar::Sidecar(std::string state_path) : path_(std::move(state_path) + ".rollback") {}

bool Sidecar::reserve() { return reserve_small_file(path_, reserved); }

std::vector<SidecarEntry> Sidecar::read() const {
  std::vector<SidecarEntry> entries;
  const auto bytes = read_small_file(path_);
  if (!bytes) return entries;
  std::string_view rest(bytes->c_str());  // up to the first NUL
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    SidecarEntry entry;
    if (end == rest.npos || !parse_line(rest.substr(0, end), entry)) break;
    entries.push_back(std::move(entry));
    rest.remove_prefix(end + 1);
  }
  return entries;
}

bool Sidecar::add(const SidecarEntry& entry) {
  std::string bytes;
  for (const SidecarEntry& earlier : read())
    if (entry.cutover != "*" && earlier.cutover != entry.cutover) bytes += line_of(earlier);
  return overwrite_small_file(path_, bytes + line_of(entry));
}

bool Sidecar::clear() { return overwrite_small_file(path_, ""); }

}  // namespace banyan::cutover
