#include "tests/demo/access_log.hpp"

#include <boost/json.hpp>

#include <map>

#include "tests/support/process.hpp"

namespace banyan::demo {
namespace {

std::string text_of(const boost::json::object& entry, std::string_view key) {
  const auto* value = entry.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number_of(const boost::json::object& entry, std::string_view key) {
  const auto* value = entry.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : -1;
}

}  // namespace

std::vector<Answered> read_access_log(const std::filesystem::path& log) {
  const std::string text = support::read_file(log);
  std::vector<Answered> entries;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const auto line = boost::json::parse(std::string_view(text).substr(begin, end - begin)).as_object();
    entries.push_back({text_of(line, "cutover"), text_of(line, "side"), text_of(line, "stage"),
                       number_of(line, "bucket"), static_cast<int>(number_of(line, "status"))});
    begin = end + 1;
  }
  return entries;
}

Flips count_flips(const std::vector<Answered>& log, std::size_t from, std::size_t to, const std::string& cutover) {
  std::map<std::int64_t, std::string> last_side;
  Flips flips;
  for (std::size_t i = from; i < to && i < log.size(); ++i) {
    const Answered& entry = log[i];
    if (entry.cutover != cutover || entry.bucket < 0 || entry.side.empty()) continue;
    const auto [it, first_time] = last_side.try_emplace(entry.bucket, entry.side);
    if (first_time || it->second == entry.side) continue;
    ++(entry.side == "new" ? flips.moved_to_new : flips.moved_back);
    it->second = entry.side;
  }
  flips.callers = last_side.size();
  return flips;
}

}  // namespace banyan::demo
