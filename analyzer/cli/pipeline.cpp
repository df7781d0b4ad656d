#include "analyzer/cli/pipeline.hpp"

#include "analyzer/advice/findings.hpp"
#include "analyzer/advice/router_config.hpp"
#include "analyzer/advice/snapshot.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/sources.hpp"
#include "analyzer/cli/write_file.hpp"
#include "analyzer/contexts/groups.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <set>

namespace banyan::cli {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

constexpr std::size_t kShown = 5;
constexpr std::size_t kLargestSqlFile = 8U << 20U;

bool skip_folder(llvm::StringRef name) {
  return name.starts_with(".") || name == "node_modules" || name == "CMakeFiles";
}

void add_sql_file(const std::string& root, const std::string& relative, std::vector<evidence::SqlFile>& out) {
  llvm::SmallString<256> full(relative);
  fs::make_absolute(root, full);
  const auto buffer = llvm::MemoryBuffer::getFile(full);
  if (buffer && buffer.get()->getBufferSize() <= kLargestSqlFile)
    out.push_back({relative, buffer.get()->getBuffer().str()});
}

void find_sql_files(const std::string& root, const std::string& folder, std::vector<evidence::SqlFile>& out,
                    int depth) {
  std::error_code error;
  const std::string here = folder.empty() ? root : root + "/" + folder;
  for (fs::directory_iterator entry(here, error, false), end; !error && entry != end;
       entry.increment(error)) {
    const llvm::StringRef name = path::filename(entry->path());
    const std::string relative = folder.empty() ? name.str() : folder + "/" + name.str();
    if (entry->type() == fs::file_type::directory_file) {
      if (depth < 12 && !skip_folder(name)) find_sql_files(root, relative, out, depth + 1);
    } else if (name.ends_with_insensitive(".sql") || name.ends_with_insensitive(".sql.in")) {
      add_sql_file(root, relative, out);
    }
  }
}

evidence::Settings evidence_settings(const std::string& root, const Config& config) {
  evidence::Settings settings;
  settings.route_patterns = config.routes;
  settings.without = config.without;
  if (config.without.count("cochange") == 0) {
    GitHistory history = git_history(root);
    settings.history = std::move(history.log);
    settings.history_note = std::move(history.note);
  }
  for (const std::string& log : config.access_logs) {
    if (const auto buffer = llvm::MemoryBuffer::getFile(log))
      settings.access_logs.push_back({log, buffer.get()->getBuffer().str()});
  }
  for (const std::string& file : config.sql_files) add_sql_file(root, file, settings.sql_files);
  if (config.sql_files.empty()) find_sql_files(root, {}, settings.sql_files, 0);
  std::sort(settings.sql_files.begin(), settings.sql_files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return settings;
}

report::Finding shown(const advice::Finding& finding) {
  report::Finding out;
  out.id = finding.id;
  out.rule = finding.kind;
  out.severity = static_cast<report::Severity>(finding.severity);
  out.title = finding.title;
  out.advice = finding.sentence;
  if (!finding.locations.empty()) {
    out.at = finding.locations.front();
    out.related.assign(finding.locations.begin() + 1, finding.locations.end());
  }
  return out;
}

std::string place(const facts::Location& at) {
  return at.file.empty() ? std::string() : " (" + at.file + ":" + std::to_string(at.line) + ")";
}

std::vector<std::string> complain(const graph::Graph& graph, const Config& config) {
  const auto problems = contexts::check_hints(graph, config.hints);
  std::set<std::string> known(graph.files.begin(), graph.files.end());
  for (const std::string& file : graph.files)
    for (auto slash = file.find('/'); slash != std::string::npos; slash = file.find('/', slash + 1))
      known.insert(file.substr(0, slash + 1));
  std::vector<std::string> out;
  for (const std::string& entry : problems.unmatched) {
    const std::string near = nearest(entry, {known.begin(), known.end()});
    out.push_back("warning: " + config.path + ": contexts: '" + entry + "' covers no file of the map" +
                  (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  for (const std::string& text : problems.contradictions)
    out.push_back("warning: " + config.path + ": contexts: " + text);
  return out;
}

std::vector<std::string> summarize(const contexts::Result& result, const evidence::Evidence& evidence,
                                   const std::vector<advice::Finding>& findings) {
  std::vector<std::string> out;
  out.push_back(std::to_string(result.contexts.size()) + " candidate contexts, " +
                std::to_string(evidence.tables.size()) + " tables, " +
                std::to_string(evidence.routes.size()) + " routes, " +
                std::to_string(evidence.transactions.size()) + " transactions, " +
                std::to_string(findings.size()) + " findings");
  for (std::size_t i = 0; i < result.contexts.size() && i < kShown; ++i) {
    const auto& context = result.contexts[i];
    out.push_back("  " + context.name + ": " + (context.sentences.empty() ? "" : context.sentences.front()));
  }
  for (std::size_t i = 0; i < findings.size() && i < kShown; ++i) {
    const facts::Location at =
        findings[i].locations.empty() ? facts::Location{} : findings[i].locations.front();
    out.push_back("  " + std::string(advice::to_string(findings[i].severity)) + ": " + findings[i].title +
                  place(at));
  }
  return out;
}

}  // namespace

evidence::Evidence collect_evidence(const facts::Program& program, const Config& config) {
  return evidence::collect(program, evidence_settings(program.root, config));
}

contexts::Options context_options(const Config& config) {
  contexts::Options options;
  options.tier = config.tier == "t0"   ? contexts::Tier::t0
                 : config.tier == "t1" ? contexts::Tier::t1
                                       : contexts::Tier::t2;
  options.weights = contexts::default_weights(options.tier);
  options.seed = config.seed;
  options.hints = config.hints;
  if (config.without.count("vocabulary") != 0) options.weights.text = 0;
  return options;
}

std::vector<evidence::SqlFile> sql_files(const std::string& root, const Config& config) {
  return evidence_settings(root, config).sql_files;
}

Analysis analyze(const facts::Program& program, const Config& config) {
  Analysis out;
  out.evidence = collect_evidence(program, config);
  out.graph = graph::build(program, out.evidence);
  out.options = context_options(config);
  out.contexts = contexts::find(out.graph, out.evidence, out.options);
  out.findings = advice::find_findings({out.graph, out.evidence, out.contexts, &program, [&](const std::string& file) {
    const auto buffer = llvm::MemoryBuffer::getFile(program.root + "/" + file);
    return buffer ? buffer.get()->getBuffer().str() : std::string();
  }});
  return out;
}

void drop_excluded(facts::Program& program, const std::vector<std::string>& patterns) {
  std::erase_if(program.files, [&](const facts::FileFacts& file) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return pattern.ends_with("/") ? file.path.starts_with(pattern) : file.path == pattern;
    });
  });
}

PipelineResult run_pipeline(const PipelineInput& input) {
  const Analysis analysis = analyze(input.program, input.config);
  report::Input report{path::filename(input.program.root).str(),
                       "0.1.0",
                       analysis.graph,
                       analysis.evidence,
                       analysis.contexts,
                       analysis.options,
                       {},
                       {},
                       {}};
  for (const advice::Finding& finding : analysis.findings) report.findings.push_back(shown(finding));
  report.coverage = input.coverage;
  report.snippet = report::source_lines(input.program.root);
  const std::string draft = advice::router_config({analysis.graph, analysis.evidence, analysis.contexts});
  PipelineResult out;
  const report::Outcome database = report::write_database(input.output + "/banyan.db", report);
  out.error = database.error;
  if (out.error.empty())
    out.error = write_file(input.output + "/contexts.json", report::contexts_json(report));
  if (out.error.empty()) out.error = write_file(input.output + "/report.html", report::html(report));
  if (out.error.empty()) out.error = write_file(input.output + "/router.yaml", draft);
  if (out.error.empty()) {
    const advice::Subject subject{analysis.graph, analysis.evidence, analysis.contexts, nullptr, {}};
    out.error = write_file(input.output + "/banyan.snapshot",
                           advice::write_snapshot(advice::snapshot_of(subject, analysis.options)));
  }
  out.summary = complain(analysis.graph, input.config);
  for (std::string& line : summarize(analysis.contexts, analysis.evidence, analysis.findings))
    out.summary.push_back(std::move(line));
  return out;
}

}  // namespace banyan::cli
