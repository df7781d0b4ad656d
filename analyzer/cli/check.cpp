// check, baseline create, baseline prune: rules held against the facts on file.
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/project.hpp"
#include "analyzer/cli/reload.hpp"
#include "analyzer/report/formats.hpp"
#include "analyzer/rules/baseline.hpp"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <iostream>

namespace banyan::cli {
namespace {

namespace json = llvm::json;
using rules::Comparison;
using rules::Severity;
using rules::Violation;

// Everything the three verbs need; `code` is an exit code when something is missing.
struct Checked {
  int code = kDone;
  rules::Scene scene;
  std::vector<Violation> violations;
  std::string baseline_path;
  bool has_baseline = false;
  rules::Baseline baseline;
  std::size_t failed_units = 0;
};

void add_contexts(const Reloaded& reloaded, rules::Scene& scene) {
  const Analysis analysis = analyze(reloaded.program, reloaded.config);
  const auto name = [&](std::uint32_t context) {
    return context == graph::none ? std::string() : analysis.contexts.contexts[context].name;
  };
  for (std::uint32_t file = 0; file < analysis.graph.files.size(); ++file)
    scene.file_context[analysis.graph.files[file]] =
        name(analysis.contexts.context_of[analysis.graph.component_of[file]]);
  for (const auto& owner : analysis.contexts.tables)
    scene.table_context[analysis.graph.tables[owner.table]] = name(owner.context);
}

void warn_when_outdated(const std::vector<std::string>& changed, const std::string& output) {
  if (changed.empty()) return;
  std::cerr << "warning: " << changed.size() << " files changed since the last map, the first is "
            << changed.front() << "\n  run: banyan-analyze map -o " << output << '\n';
}

std::string baseline_path(const Settings& settings, const Config& config) {
  if (!settings.check.baseline.empty()) return settings.check.baseline;
  const std::string folder = llvm::sys::path::parent_path(config.path).str();
  return (folder.empty() ? std::string() : folder + "/") + "banyan-baseline.json";
}

Checked check_rules(const Settings& settings, bool baseline_needed) {
  Checked out;
  const Reloaded reloaded = reload(settings);
  if (!reloaded.error.empty()) return {fail(reloaded.error, reloaded.hint), {}, {}, {}, false, {}, 0};
  if (reloaded.config.rules.empty()) {
    const std::string where = reloaded.config.path.empty() ? "no banyan.yaml was used" : reloaded.config.path + ":1:1: error: no rules";
    out.code = fail(where, "Add them under `rules:`, for example\n    rules:\n      forbidden:\n        - {name: a-without-b, from: {path: src/a/}, to: {path: src/b/}}");
    return out;
  }
  warn_when_outdated(reloaded.changed, settings.output);
  out.failed_units = reloaded.failed;
  const evidence::Evidence evidence = collect_evidence(reloaded.program, reloaded.config);
  out.scene = rules::find_dependencies(reloaded.program, evidence, graph::build(reloaded.program, evidence));
  if (reloaded.config.rules.names_contexts()) add_contexts(reloaded, out.scene);
  out.violations = rules::check(reloaded.config.rules, out.scene);
  out.baseline_path = baseline_path(settings, reloaded.config);
  const auto buffer = llvm::MemoryBuffer::getFile(out.baseline_path);
  out.has_baseline = static_cast<bool>(buffer);
  if (!buffer && (baseline_needed || llvm::sys::fs::exists(out.baseline_path))) {
    out.code = fail("cannot read " + out.baseline_path + ": " + buffer.getError().message(),
                    "Make one with: banyan-analyze baseline create");
    return out;
  }
  if (!buffer) return out;
  rules::BaselineResult parsed = rules::parse_baseline(out.baseline_path, buffer.get()->getBuffer().str());
  if (!parsed.error.empty()) out.code = fail(parsed.error);
  out.baseline = std::move(parsed.baseline);
  return out;
}

std::string arrow(const rules::Key& key) {
  return "[" + key.rule + "] " + key.from + (key.to.empty() ? std::string() : " -> " + key.to);
}

void print_violation(const Violation& violation, const std::string& note) {
  const auto& at = violation.sites.front().at;
  std::cout << at.file << ':' << at.line << ':' << at.column << ": " << rules::to_string(violation.severity)
            << ": [" << violation.key.rule << "] " << rules::sentence(violation) << note << '\n';
  if (!violation.comment.empty()) std::cout << "    " << violation.comment << '\n';
}

void print_text(const Comparison& result, const std::string& baseline) {
  for (const Violation& violation : result.added) print_violation(violation, {});
  for (const rules::Moved& moved : result.moved)
    print_violation(moved.now, std::string(moved.renamed ? "; renamed" : "; moved") + " from " +
                                   moved.was.from +
                                   (moved.was.to == moved.now.key.to ? "" : " -> " + moved.was.to));
  for (const rules::Key& key : result.stale)
    std::cout << baseline << ": stale: " << arrow(key) << " is gone\n";
}

json::Object json_key(const rules::Key& key) {
  json::Object out{{"rule", key.rule}, {"from", key.from}};
  if (!key.to.empty()) out["to"] = key.to;
  return out;
}

json::Object json_violation(const Violation& violation) {
  json::Object out = json_key(violation.key);
  out["severity"] = std::string(rules::to_string(violation.severity));
  out["message"] = rules::sentence(violation);
  if (!violation.comment.empty()) out["comment"] = violation.comment;
  json::Array sites;
  for (const rules::Site& site : violation.sites)
    sites.push_back(json::Object{{"file", site.at.file},
                                 {"line", site.at.line},
                                 {"column", site.at.column},
                                 {"kind", site.kind},
                                 {"what", site.what}});
  out["sites"] = std::move(sites);
  return out;
}

void print_json(const Comparison& result) {
  json::Array added, moved, stale;
  for (const Violation& violation : result.added) added.push_back(json_violation(violation));
  for (const rules::Moved& one : result.moved) {
    json::Object entry = json_violation(one.now);
    entry["was"] = json_key(one.was);
    entry["change"] = one.renamed ? "renamed" : "moved";
    moved.push_back(std::move(entry));
  }
  for (const rules::Key& key : result.stale) stale.push_back(json_key(key));
  const json::Object document{{"version", 1},
                              {"known", static_cast<std::int64_t>(result.known.size())},
                              {"new", std::move(added)},
                              {"moved", std::move(moved)},
                              {"stale", std::move(stale)}};
  std::string text;
  llvm::raw_string_ostream out(text);
  out << llvm::formatv("{0:2}", json::Value(json::Object(document)));
  std::cout << text << '\n';
}

report::Finding shown(const Violation& violation, const std::string& note) {
  report::Finding out;
  out.id = violation.key.rule + ":" + violation.key.from + ":" + violation.key.to;
  out.rule = violation.key.rule;
  out.severity = violation.severity == Severity::error  ? report::Severity::error
                 : violation.severity == Severity::warn ? report::Severity::warning
                                                        : report::Severity::note;
  out.title = rules::sentence(violation) + note;
  out.advice = violation.comment;
  out.at = violation.sites.front().at;
  for (std::size_t i = 1; i < violation.sites.size(); ++i) out.related.push_back(violation.sites[i].at);
  return out;
}

void print_sarif(const Comparison& result, const std::string& baseline) {
  std::vector<report::Finding> findings;
  for (const Violation& violation : result.added) findings.push_back(shown(violation, {}));
  for (const rules::Moved& one : result.moved)
    findings.push_back(shown(one.now, (one.renamed ? "; renamed from " : "; moved from ") + one.was.from));
  for (const rules::Key& key : result.stale) {
    report::Finding gone;
    gone.id = "stale:" + key.rule + ":" + key.from + ":" + key.to;
    gone.rule = "stale-baseline-entry";
    gone.title = arrow(key) + " is gone";
    gone.advice = "run: banyan-analyze baseline prune";
    gone.at = {baseline, 1, 1};
    findings.push_back(std::move(gone));
  }
  std::cout << report::sarif(findings, "banyan-analyze 0.1.0", "check").text;
}

bool fails(const Comparison& result, const std::string& fail_on) {
  if (fail_on == "never") return false;
  const Severity least = fail_on == "error"     ? Severity::error
                         : fail_on == "warning" ? Severity::warn
                                                : Severity::info;
  return result.outdated() || std::any_of(result.added.begin(), result.added.end(), [&](const Violation& one) {
           return one.severity >= least;
         });
}

int write_baseline_file(const std::string& path, const rules::Baseline& baseline) {
  std::error_code error;
  llvm::raw_fd_ostream out(path, error);
  if (!error) {
    out << rules::write_baseline(baseline);
    out.flush();
    if (out.has_error()) error = out.error();
  }
  out.clear_error();
  if (error) return fail("cannot write " + path + ": " + error.message());
  std::cerr << path << ": " << baseline.entries.size() << " known violations\n";
  return kDone;
}

}  // namespace

int check(const Settings& settings) {
  const Checked checked = check_rules(settings, !settings.check.baseline.empty());
  if (checked.code != kDone) return checked.code;
  const Comparison result = rules::compare(checked.baseline, checked.violations, checked.scene);
  if (settings.check.format == "json")
    print_json(result);
  else if (settings.check.format == "sarif")
    print_sarif(result, llvm::sys::path::filename(checked.baseline_path).str());
  else
    print_text(result, checked.baseline_path);
  std::cerr << result.known.size() << " known, " << result.added.size() << " new, " << result.moved.size()
            << " moved or renamed, " << result.stale.size() << " fixed\n";
  if (checked.failed_units > 0 && !result.stale.empty())
    std::cerr << "  " << checked.failed_units << " units have errors: what seems fixed may only be unseen\n";
  if (result.outdated())
    std::cerr << "  the baseline is out of date; run: banyan-analyze baseline prune -o " << settings.output << '\n';
  return fails(result, settings.check.fail_on) ? kFindings : kDone;
}

int baseline_create(const Settings& settings) {
  Settings wanted = settings;
  const Checked checked = check_rules(wanted, false);
  if (checked.code != kDone) return checked.code;
  const Comparison result = rules::compare(checked.baseline, checked.violations, checked.scene);
  if (checked.has_baseline && !result.added.empty() && !settings.check.force)
    return fail(checked.baseline_path + " exists and would get longer by " + std::to_string(result.added.size()),
                "A baseline only gets shorter: mend what `check` reports, or say --force");
  return write_baseline_file(checked.baseline_path, rules::baseline_of(checked.violations));
}

int baseline_prune(const Settings& settings) {
  const Checked checked = check_rules(settings, true);
  if (checked.code != kDone) return checked.code;
  const Comparison result = rules::compare(checked.baseline, checked.violations, checked.scene);
  if (checked.failed_units > 0 && !result.stale.empty())
    return fail(std::to_string(checked.failed_units) + " units have errors: what seems gone may only be unseen",
                "banyan-analyze doctor shows them; prune when they parse");
  std::cerr << result.stale.size() << " taken out, " << result.moved.size() << " renamed\n";
  return write_baseline_file(checked.baseline_path, rules::prune(result));
}

}  // namespace banyan::cli
