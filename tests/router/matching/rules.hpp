// Rules in one line, for tables.
#pragma once

#include "router/matching/rule_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace banyan::matching {

inline Rule rule_for(const std::string& path, std::vector<std::string> methods = {}, std::string host = "") {
  Rule rule;
  std::optional<PatternError> error;
  if (path.starts_with('~'))
    error = parse_path_regex(path.substr(1), rule.path);
  else if (!path.empty())
    error = parse_path(path, rule.path);
  EXPECT_FALSE(error) << path;
  rule.methods = std::move(methods);
  rule.host = std::move(host);
  return rule;
}

inline RequestView request_for(std::string_view method, std::string_view target, std::string_view host = "") {
  RequestView request;
  request.method = method;
  request.target = target;
  request.host = host;
  split_target(request);
  return request;
}

// The text of the winning rule's path; "-" when none wins.
inline std::string winner(const RuleTable& table, const RequestView& request) {
  const auto rank = table.find(request);
  return rank == no_rule ? "-" : describe(table.rules()[rank]);
}

}  // namespace banyan::matching
