#include "router/compare/report.hpp"

#include "router/compare/statistics.hpp"
#include "router/compare/walk.hpp"

#include <cstdio>
#include <ctime>

namespace banyan::compare {
namespace {

// A body or a path may hold bytes that are no UTF-8; JSON may not.
std::string clean(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t size = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    bool good = size > 0 && i + size <= text.size();
    for (std::size_t k = 1; good && k < size; ++k) good = (static_cast<unsigned char>(text[i + k]) & 0xc0) == 0x80;
    if (good && size == 3 && c == 0xe0) good = static_cast<unsigned char>(text[i + 1]) >= 0xa0;
    if (good && size == 3 && c == 0xed) good = static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (good && size == 4 && c == 0xf0) good = static_cast<unsigned char>(text[i + 1]) >= 0x90;
    if (good && size == 4 && c == 0xf4) good = static_cast<unsigned char>(text[i + 1]) < 0x90;
    out += good ? text.substr(i, size) : "\xef\xbf\xbd";
    i += good ? size : 1;
  }
  return out;
}

std::string time_text(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

json::object group_json(const Group& group, std::uint64_t compared) {
  const auto [low, high] = wilson(group.count, compared);
  const Sample& s = group.sample;
  return {{"request", clean(group.kind_of_request)},
          {"kind", to_string(group.kind)},
          {"path", clean(group.shape)},
          {"count", group.count},
          {"compared", compared},
          {"rate", compared ? static_cast<double>(group.count) / static_cast<double>(compared) : 0.0},
          {"rate_low", low},
          {"rate_high", high},
          {"first_seen", time_text(group.first_ms)},
          {"last_seen", time_text(group.last_ms)},
          {"noisy_path", group.looks_like_noise},
          {"sample",
           {{"request", clean(s.request.method + " " + s.request.target)},
            {"trace_id", s.request.trace_id},
            {"path", clean(s.path)},
            {"legacy", clean(s.legacy)},
            {"new", clean(s.fresh)},
            {"legacy_status", s.legacy_status},
            {"new_status", s.fresh_status},
            {"legacy_body", clean(s.legacy_body)},
            {"new_body", clean(s.fresh_body)}}}};
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", share * 100);
  return text;
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::string group_text(const json::value& group) {
  const json::value& sample = group.at("sample");
  return "  " + text_of(group.at("path")) + "  " + text_of(group.at("kind")) + ": " +
         std::to_string(group.at("count").to_number<std::int64_t>()) + " of " +
         std::to_string(group.at("compared").to_number<std::int64_t>()) + " " + text_of(group.at("request")) + " (" +
         percent(group.at("rate").to_number<double>()) + ", 99 % bounds " +
         percent(group.at("rate_low").to_number<double>()) + " to " +
         percent(group.at("rate_high").to_number<double>()) + "), first " + text_of(group.at("first_seen")) + "\n" +
         "    " + text_of(sample.at("legacy")) + " -> " + text_of(sample.at("new")) +
         (group.at("noisy_path").as_bool() ? "   (noisy here, but never like this)" : "") + "\n    " +
         text_of(sample.at("request")) + "   trace " + text_of(sample.at("trace_id")) + "\n";
}

}  // namespace

std::string report_json(const Differ& differ) {
  const Counts& c = differ.counts();
  json::array groups, noise;
  for (const Group& group : differ.groups()) groups.push_back(group_json(group, differ.compared(group.kind_of_request)));
  for (const auto& [kind, lines] : differ.noise())
    for (const Noise::Line& line : lines)
      noise.push_back(json::object{{"request", clean(kind)}, {"path", clean(line.shape)}, {"form", line.words}, {"pairs", line.pairs}});
  const auto [low, high] = wilson(c.different, c.equal + c.different);
  return json::serialize(json::object{
      {"counts",
       {{"equal", c.equal},
        {"different", c.different},
        {"different_rate_low", low},
        {"different_rate_high", high},
        {"waiting", c.waiting},
        {"explained_by_noise", c.explained},
        {"changed_meanwhile", c.changed_meanwhile},
        {"legacy_pairs", c.pairs},
        {"groups_dropped", c.groups_dropped},
        {"set_cookie_on_safe", c.set_cookie_on_safe},
        {"created_on_safe", c.created_on_safe}}},
      {"groups", std::move(groups)},
      {"noise", std::move(noise)}});
}

std::string report_text(const std::string& text, const std::string& cutover) {
  const json::value report = json::parse(text);
  const json::value& counts = report.at("counts");
  const auto number = [&counts](const char* key) { return std::to_string(counts.at(key).to_number<std::int64_t>()); };
  std::string out = cutover + ": " + number("equal") + " equal, " + number("different") + " different (99 % bounds " +
                    percent(counts.at("different_rate_low").to_number<double>()) + " to " +
                    percent(counts.at("different_rate_high").to_number<double>()) + "), " + number("waiting") +
                    " waiting for noise to be known\n  " + number("legacy_pairs") +
                    " times legacy was asked twice; " + number("explained_by_noise") + " explained by noise, " +
                    number("changed_meanwhile") + " by data that changed meanwhile\n";
  for (const json::value& group : report.at("groups").as_array()) out += group_text(group);
  if (!report.at("noise").as_array().empty()) out += "  noise, learned from legacy against legacy:\n";
  for (const json::value& line : report.at("noise").as_array())
    out += "    " + text_of(line.at("path")) + "  " + text_of(line.at("form")) + "   (" + text_of(line.at("request")) + ", " +
           std::to_string(line.at("pairs").to_number<std::int64_t>()) + " pairs)\n";
  if (counts.at("set_cookie_on_safe").to_number<std::int64_t>() > 0 || counts.at("created_on_safe").to_number<std::int64_t>() > 0)
    out += "  some safe requests seem to write: " + number("set_cookie_on_safe") + " answers with Set-Cookie, " +
           number("created_on_safe") + " with status 201\n";
  return out;
}

}  // namespace banyan::compare
