#include "analyzer/cli/config_rules.hpp"

#include <set>

namespace banyan::cli {
namespace {

std::vector<std::string> flat(Texts texts) {
  if (!texts.one.empty()) texts.list.push_back(std::move(texts.one));
  return std::move(texts.list);
}

rules::Selector convert(SelectorPart part) {
  return {.path = flat(std::move(part.path)),
          .path_not = flat(std::move(part.path_not)),
          .context = flat(std::move(part.context)),
          .table = flat(std::move(part.table))};
}

std::vector<rules::Rule> convert(std::vector<RulePart> parts) {
  std::vector<rules::Rule> out;
  for (RulePart& part : parts)
    out.push_back({.name = std::move(part.name),
                   .comment = std::move(part.comment),
                   .severity = part.severity,
                   .from = convert(std::move(part.from)),
                   .to = convert(std::move(part.to)),
                   .kinds = flat(std::move(part.kinds))});
  return out;
}

}  // namespace

rules::RuleSet convert(RulesPart part) {
  return {.forbidden = convert(std::move(part.forbidden)),
          .allowed = convert(std::move(part.allowed)),
          .required = convert(std::move(part.required)),
          .allowed_severity = part.allowed_severity};
}

const std::vector<std::string>& rule_keys() {
  static const std::vector<std::string> keys{"rules",   "forbidden", "allowed",  "allowed_severity", "required",
                                             "comment", "severity",  "from",     "to",               "kinds",
                                             "path",    "path_not",  "context",  "table"};
  return keys;
}

}  // namespace banyan::cli

namespace llvm::yaml {

using banyan::cli::RulePart;
using banyan::cli::RulesPart;

void MappingTraits<RulePart>::mapping(IO& io, RulePart& rule) {
  io.mapOptional("name", rule.name);
  io.mapOptional("comment", rule.comment);
  io.mapOptional("severity", rule.severity);
  io.mapOptional("from", rule.from);
  io.mapOptional("to", rule.to);
  io.mapOptional("kinds", rule.kinds);
}

std::string MappingTraits<RulePart>::validate(IO&, RulePart& rule) {
  std::vector<std::string> kinds = rule.kinds.list;
  if (!rule.kinds.one.empty()) kinds.push_back(rule.kinds.one);
  static const std::set<std::string> known{"include", "call", "type", "data", "macro", "table"};
  for (const std::string& kind : kinds) {
    if (!known.contains(kind))
      return "no dependency is of kind '" + kind + "'; there are include, call, type, data, macro and table";
  }
  if (!rule.from.table.list.empty() || !rule.from.table.one.empty())
    return "a table uses nothing: `table` belongs under `to`";
  return {};
}

void MappingTraits<RulesPart>::mapping(IO& io, RulesPart& rules) {
  io.mapOptional("forbidden", rules.forbidden);
  io.mapOptional("allowed", rules.allowed);
  io.mapOptional("allowed_severity", rules.allowed_severity);
  io.mapOptional("required", rules.required);
}

std::string MappingTraits<RulesPart>::validate(IO&, RulesPart& rules) {
  std::set<std::string> names;
  for (const auto* list : {&rules.forbidden, &rules.required}) {
    for (const RulePart& rule : *list) {
      if (rule.name.empty()) return "each forbidden and required rule needs a `name`: baselines go by it";
      if (!names.insert(rule.name).second) return "two rules are called '" + rule.name + "'";
    }
  }
  return {};
}

}  // namespace llvm::yaml
