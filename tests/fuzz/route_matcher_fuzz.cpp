// The prepared table answers as the plain definition does, and what is said about pairs of rules holds for requests.
//
// Input: one rule a line, "METHODS HOST PATH [KIND:NAME=VALUE]..." with "-" for any; an empty line; one request a line,
// "METHOD HOST TARGET [HEADER=VALUE]...". KIND is h, c or q (header, cookie, query); no '=' asks for presence.
#include "router/matching/rule_table.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace banyan::matching;

namespace {

constexpr std::size_t most_rules = 40;
constexpr std::size_t most_requests = 40;

std::string_view take(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto word = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return word;
}

Predicate predicate(std::string_view word) {
  const auto equals = word.find('=');
  Predicate out{Predicate::Kind::present, std::string(word.substr(0, equals)), "", nullptr};
  if (equals == std::string_view::npos) return out;
  out.kind = Predicate::Kind::equals;
  out.value = word.substr(equals + 1);
  if (out.value.starts_with('~') && !parse_value_regex(out.value.substr(1), out.regex)) out.kind = Predicate::Kind::regex;
  return out;
}

bool read_rule(std::string_view line, Rule& rule) {
  auto methods = take(line, ' ');
  const auto host = take(line, ' ');
  const auto path = take(line, ' ');
  while (methods != "-" && !methods.empty()) rule.methods.emplace_back(take(methods, ','));
  if (host != "-")
    for (const char c : host) rule.host += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);  // as the loader does
  const bool regex = path.starts_with('~');
  if (path != "-" && (regex ? parse_path_regex(path.substr(1), rule.path) : parse_path(path, rule.path))) return false;
  while (!line.empty()) {
    const auto word = take(line, ' ');
    if (word.size() < 3) continue;
    auto& kind = word[0] == 'c' ? rule.cookies : word[0] == 'q' ? rule.queries : rule.headers;
    kind.push_back(predicate(word.substr(2)));
  }
  return true;
}

struct Request {
  RequestView view;
  std::vector<HeaderSlice> headers;
};

Request read_request(std::string_view line) {
  Request out;
  out.view.method = take(line, ' ');
  out.view.host = take(line, ' ');
  out.view.target = take(line, ' ');
  split_target(out.view);
  while (!line.empty()) {
    auto word = take(line, ' ');
    const auto name = take(word, '=');
    out.headers.push_back({name, word});
  }
  return out;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check_pairs(const std::vector<Rule>& rules, const std::vector<bool>& matches) {
  for (std::uint32_t a = 0; a < rules.size(); ++a)
    for (std::uint32_t b = 0; b < rules.size(); ++b) {
      require(compare_specificity(rules[a], rules[b]) == -compare_specificity(rules[b], rules[a]));
      if (matches[a] && matches[b]) require(may_overlap(rules[a], rules[b]));
      if (matches[b] && covers(rules[a], rules[b])) require(matches[a]);
    }
}

void check(const RuleTable& table, Request request) {
  request.view.headers = request.headers;
  const auto& rules = table.rules();
  std::vector<bool> matches;
  std::uint32_t first = no_rule;
  for (std::uint32_t rank = 0; rank < rules.size(); ++rank) {
    matches.push_back(try_rule(rules[rank], rank, request.view).outcome == Mismatch::none);
    if (matches.back() && first == no_rule) first = rank;
  }
  Trace trace;
  require(table.find(request.view) == first);
  require(table.find(request.view, &trace) == first);
  check_pairs(rules, matches);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Rule> rules;
  while (!text.empty() && rules.size() < most_rules) {
    const auto line = take(text, '\n');
    if (line.empty()) break;
    if (Rule rule; read_rule(line, rule)) rules.push_back(std::move(rule));
  }
  const RuleTable table(std::move(rules));
  for (std::size_t i = 0; !text.empty() && i < most_requests; ++i) check(table, read_request(take(text, '\n')));
  return 0;
}
