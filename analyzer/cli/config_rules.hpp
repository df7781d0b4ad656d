// The `rules:` part of banyan.yaml. A list may be written as a single text.
#pragma once

#include "analyzer/rules/rules.hpp"

#include <llvm/Support/YAMLTraits.h>

#include <string>
#include <vector>

namespace banyan::cli {

struct NoMap {};
struct Texts {  // `path: src/a/` or `path: [src/a/, src/b/]`
  std::vector<std::string> list;
  std::string one;
  NoMap map;
};

struct SelectorPart {
  Texts path, path_not, context, table;
};

struct RulePart {
  std::string name, comment;
  rules::Severity severity = rules::Severity::error;
  SelectorPart from, to;
  Texts kinds;
};

struct RulesPart {
  std::vector<RulePart> forbidden, allowed, required;
  rules::Severity allowed_severity = rules::Severity::warn;
};

rules::RuleSet convert(RulesPart part);
const std::vector<std::string>& rule_keys();

}  // namespace banyan::cli

LLVM_YAML_IS_SEQUENCE_VECTOR(banyan::cli::RulePart)

namespace llvm::yaml {

template <>
struct MappingTraits<banyan::cli::NoMap> {
  static void mapping(IO& io, banyan::cli::NoMap&) { io.setError("expected a text or a list of texts"); }
};

template <>
struct PolymorphicTraits<banyan::cli::Texts> {
  static NodeKind getKind(const banyan::cli::Texts&) { return NodeKind::Sequence; }
  static std::string& getAsScalar(banyan::cli::Texts& texts) { return texts.one; }
  static std::vector<std::string>& getAsSequence(banyan::cli::Texts& texts) { return texts.list; }
  static banyan::cli::NoMap& getAsMap(banyan::cli::Texts& texts) { return texts.map; }
};

template <>
struct ScalarEnumerationTraits<banyan::rules::Severity> {
  static void enumeration(IO& io, banyan::rules::Severity& severity) {
    io.enumCase(severity, "ignore", banyan::rules::Severity::ignore);
    io.enumCase(severity, "info", banyan::rules::Severity::info);
    io.enumCase(severity, "warn", banyan::rules::Severity::warn);
    io.enumCase(severity, "error", banyan::rules::Severity::error);
    if (!io.outputting() && !io.matchEnumFallback()) return;
    io.setError("severity must be error, warn, info or ignore");
  }
};

template <>
struct MappingTraits<banyan::cli::SelectorPart> {
  static void mapping(IO& io, banyan::cli::SelectorPart& selector) {
    io.mapOptional("path", selector.path);
    io.mapOptional("path_not", selector.path_not);
    io.mapOptional("context", selector.context);
    io.mapOptional("table", selector.table);
  }
};

template <>
struct MappingTraits<banyan::cli::RulePart> {
  static void mapping(IO& io, banyan::cli::RulePart& rule);
  static std::string validate(IO& io, banyan::cli::RulePart& rule);
};

template <>
struct MappingTraits<banyan::cli::RulesPart> {
  static void mapping(IO& io, banyan::cli::RulesPart& rules);
  static std::string validate(IO& io, banyan::cli::RulesPart& rules);
};

}  // namespace llvm::yaml
