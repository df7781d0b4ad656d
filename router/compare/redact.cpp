#include "router/compare/differ.hpp"
#include "router/compare/walk.hpp"

#include <algorithm>

namespace banyan::compare {
namespace {

bool looks_like_id(std::string_view segment) {
  const bool digits = std::any_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits || segment.size() > 24;
}

void redact(json::value& value, std::vector<Step>& place, const std::vector<PathPattern>& patterns) {
  if (std::any_of(patterns.begin(), patterns.end(), [&](const auto& p) { return p.matches(place); })) {
    value = "(redacted)";
    return;
  }
  if (value.is_object()) {
    for (auto& member : value.get_object()) {
      place.push_back({false, 0, {member.key().data(), member.key().size()}});
      redact(member.value(), place, patterns);
      place.pop_back();
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      place.push_back({true, i, {}});
      redact(value.get_array()[i], place, patterns);
      place.pop_back();
    }
  }
}

}  // namespace

std::string kind_of(const Request& request) {
  std::string_view path = request.target;
  path = path.substr(0, path.find('?'));
  std::string out = request.method + " ";
  for (std::size_t at = 0; at < path.size() && out.size() < 200;) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    out += looks_like_id(segment) ? "{}" : segment;
    if (end < path.size()) out += '/';
    at = end + 1;
  }
  return out;
}

std::string redact_target(const std::string& target, const Rules& rules) {
  const auto mark = target.find('?');
  if (mark == std::string::npos) return target;
  std::string out = target.substr(0, mark);
  char before = '?';
  for (std::size_t at = mark + 1; at <= target.size();) {
    const std::size_t end = std::min(target.find('&', at), target.size());
    const std::string pair = target.substr(at, end - at);
    const std::string name = pair.substr(0, pair.find('='));
    const bool secret = std::find(rules.redact.begin(), rules.redact.end(), "query:" + name) != rules.redact.end();
    out += before + (secret ? name + "=(redacted)" : pair);
    before = '&';
    at = end + 1;
  }
  return out;
}

std::string redact_body(const Answer& answer, const Rules& rules, std::size_t most) {
  std::vector<PathPattern> patterns;
  for (const std::string& rule : rules.redact)
    if (rule.starts_with('$')) patterns.emplace_back(rule);
  if (rules.redact.empty()) return std::string(answer.body.substr(0, most));
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 512;
  json::value value;
  if (looks_like_json(answer))
    value = json::parse(json::string_view(answer.body.data(), answer.body.size()), error, {}, options);
  if (error || !looks_like_json(answer)) return "(" + std::to_string(answer.body.size()) + " bytes, not kept)";
  std::vector<Step> place;
  redact(value, place, patterns);
  return json::serialize(value).substr(0, most);
}

}  // namespace banyan::compare
