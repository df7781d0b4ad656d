#include "analyzer/rules/rules.hpp"

#include <algorithm>
#include <set>

namespace banyan::rules {
namespace {

constexpr std::size_t sites_shown = 8;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool any(const std::vector<std::string>& patterns, std::string_view path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, path); });
}

bool in_context(const Selector& selector, const std::map<std::string, std::string>& contexts,
                const std::string& what) {
  if (selector.context.empty()) return true;
  const auto found = contexts.find(what);
  return found != contexts.end() && std::find(selector.context.begin(), selector.context.end(),
                                              found->second) != selector.context.end();
}

bool selects_file(const Selector& selector, const Scene& scene, const std::string& file) {
  return selector.table.empty() && (selector.path.empty() || any(selector.path, file)) &&
         !any(selector.path_not, file) && in_context(selector, scene.file_context, file);
}

// A table is meant only when tables, or a context and no path, are spoken of.
bool selects_table(const Selector& selector, const Scene& scene, const std::string& table) {
  const std::string name = lower(table);
  const bool named = std::any_of(selector.table.begin(), selector.table.end(),
                                 [&](const std::string& pattern) { return matches(lower(pattern), name); });
  if (!selector.path.empty() || !selector.path_not.empty()) return false;
  return (selector.table.empty() || named) && in_context(selector, scene.table_context, table);
}

std::vector<Site> sites_of(const Rule& rule, const Dependency& dependency) {
  std::vector<Site> out;
  for (const Site& site : dependency.sites) {
    const bool wanted =
        rule.kinds.empty() || std::find(rule.kinds.begin(), rule.kinds.end(), site.kind) != rule.kinds.end();
    if (wanted) out.push_back(site);
  }
  return out;
}

bool applies(const Rule& rule, const Scene& scene, const Dependency& dependency) {
  if (!selects_file(rule.from, scene, dependency.from)) return false;
  return dependency.table ? selects_table(rule.to, scene, dependency.to)
                          : selects_file(rule.to, scene, dependency.to);
}

Violation violation_of(const Rule& rule, Law law, const Dependency& dependency, std::vector<Site> sites) {
  if (sites.size() > sites_shown) sites.resize(sites_shown);
  return {.key = {rule.name, dependency.from, dependency.table ? "table " + dependency.to : dependency.to},
          .law = law,
          .severity = rule.severity,
          .comment = rule.comment,
          .sites = std::move(sites)};
}

void check_forbidden(const RuleSet& rules, const Scene& scene, std::vector<Violation>& into) {
  for (const Rule& rule : rules.forbidden) {
    if (rule.severity == Severity::ignore) continue;
    for (const Dependency& dependency : scene.dependencies) {
      if (!applies(rule, scene, dependency)) continue;
      auto sites = sites_of(rule, dependency);
      if (!sites.empty())
        into.push_back(violation_of(rule, Law::forbidden, dependency, std::move(sites)));
    }
  }
}

void check_allowed(const RuleSet& rules, const Scene& scene, std::vector<Violation>& into) {
  if (rules.allowed.empty() || rules.allowed_severity == Severity::ignore) return;
  const Rule law{.name = "not-in-allowed",
                 .comment = "no rule under `allowed` covers it",
                 .severity = rules.allowed_severity,
                 .from = {},
                 .to = {},
                 .kinds = {}};
  for (const Dependency& dependency : scene.dependencies) {
    std::set<Site> left(dependency.sites.begin(), dependency.sites.end());
    for (const Rule& rule : rules.allowed) {
      if (!applies(rule, scene, dependency)) continue;
      for (const Site& site : sites_of(rule, dependency)) left.erase(site);
    }
    if (!left.empty())
      into.push_back(violation_of(law, Law::allowed, dependency, {left.begin(), left.end()}));
  }
}

void check_required(const RuleSet& rules, const Scene& scene, std::vector<Violation>& into) {
  for (const Rule& rule : rules.required) {
    if (rule.severity == Severity::ignore) continue;
    std::set<std::string> satisfied;
    for (const Dependency& dependency : scene.dependencies)
      if (applies(rule, scene, dependency) && !sites_of(rule, dependency).empty())
        satisfied.insert(dependency.from);
    for (const std::string& file : scene.files) {
      if (!selects_file(rule.from, scene, file) || satisfied.contains(file)) continue;
      into.push_back({.key = {rule.name, file, {}},
                      .law = Law::required,
                      .severity = rule.severity,
                      .comment = rule.comment,
                      .sites = {{{file, 1, 1}, "file", file}}});
    }
  }
}

bool speaks_of_contexts(const std::vector<Rule>& rules) {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
    return !rule.from.context.empty() || !rule.to.context.empty();
  });
}

}  // namespace

bool RuleSet::names_contexts() const {
  return speaks_of_contexts(forbidden) || speaks_of_contexts(allowed) || speaks_of_contexts(required);
}

std::vector<Violation> check(const RuleSet& rules, const Scene& scene) {
  std::vector<Violation> found;
  check_forbidden(rules, scene, found);
  check_allowed(rules, scene, found);
  check_required(rules, scene, found);
  std::sort(found.begin(), found.end(),
            [](const Violation& a, const Violation& b) { return a.key < b.key; });
  return found;
}

}  // namespace banyan::rules
