// advise cuts: how to take the cycles of includes apart, in words, as JSON or as a patch.
#include "analyzer/advice/include_cuts.hpp"
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/reload.hpp"
#include "analyzer/report/report.hpp"

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>

#include <iostream>

namespace banyan::cli {
namespace {

namespace json = llvm::json;

std::string text_of(const std::string& root, const std::string& file) {
  const auto buffer = llvm::MemoryBuffer::getFile(root + "/" + file);
  return buffer ? buffer.get()->getBuffer().str() : std::string();
}

json::Value json_of(const advice::CyclePlan& plan) {
  json::Array cuts, edits;
  for (const auto& cut : plan.cuts)
    cuts.push_back(json::Object{{"file", cut.at.file},
                                {"line", cut.at.line},
                                {"target", cut.target},
                                {"kind", std::string(advice::to_string(cut.kind))},
                                {"cost", cut.cost},
                                {"by_hand", json::Array(cut.work)}});
  for (const auto& edit : plan.edits)
    edits.push_back(json::Object{{"file", edit.file},
                                 {"line", edit.line},
                                 {"action", edit.remove ? "delete" : "insert after"},
                                 {"text", edit.text}});
  return json::Object{{"files", json::Array(plan.files)},
                      {"cost", plan.cost},
                      {"least_cost", plan.exact},
                      {"cuts", std::move(cuts)},
                      {"edits", std::move(edits)}};
}

// A patch from facts that are older than the sources would delete the wrong lines.
int refuse_outdated(const std::vector<std::string>& changed, const std::string& output) {
  return fail(changed.front() + " changed since the last map, and so did " + std::to_string(changed.size() - 1) +
                  " others",
              "run: banyan-analyze map -o " + output);
}

}  // namespace

int advise_cuts(const Settings& settings) {
  const Reloaded reloaded = reload(settings);
  if (!reloaded.error.empty()) return fail(reloaded.error, reloaded.hint);
  if (!reloaded.changed.empty()) return refuse_outdated(reloaded.changed, settings.output);
  const auto plans = advice::plan_include_cuts(reloaded.program, report::source_lines(reloaded.program.root));
  std::vector<advice::Edit> edits;
  json::Array documents;
  for (const auto& plan : plans) {
    edits.insert(edits.end(), plan.edits.begin(), plan.edits.end());
    if (settings.format == "json") documents.push_back(json_of(plan));
    if (settings.format != "json" && settings.format != "diff")
      std::cout << plan.files.size() << " files in a cycle, the first is " << plan.files.front() << "\n  "
                << advice::describe(plan) << '\n';
  }
  if (settings.format == "json") {
    const json::Value document = json::Object{{"version", 1}, {"cycles", std::move(documents)}};
    std::cout << llvm::formatv("{0:2}", document).str() << '\n';
  }
  if (settings.format == "diff")
    std::cout << advice::unified_diff(
        edits, [&](const std::string& file) { return text_of(reloaded.program.root, file); });
  std::cerr << plans.size() << " cycles of includes\n";
  return kDone;
}

}  // namespace banyan::cli
