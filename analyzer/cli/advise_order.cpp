// advise order and advise cycles: which context leaves first, and where circles of contexts open cheapest.
#include "analyzer/advice/context_cuts.hpp"
#include "analyzer/advice/extraction.hpp"
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/reload.hpp"
#include "analyzer/report/words.hpp"

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>

#include <iostream>

namespace banyan::cli {
namespace {

namespace json = llvm::json;

json::Array rows(const std::vector<advice::WorkRow>& all) {
  json::Array out;
  for (const auto& row : all)
    out.push_back(json::Object{{"what", row.what}, {"with", row.with}, {"count", row.count}, {"each", row.each}, {"total", row.total}});
  return out;
}

json::Value json_of(const advice::ExtractionStep& step) {
  json::Array cheaper;
  for (const auto& one : step.makes_cheaper)
    cheaper.push_back(json::Object{{"context", one.context}, {"before", one.before}, {"after", one.after}});
  return json::Object{{"context", step.name}, {"value", step.value}, {"cost", step.cost}, {"cost_if_first", step.cost_first},
                      {"worth", rows(step.worth)}, {"work", rows(step.work)}, {"makes_cheaper", std::move(cheaper)},
                      {"reasons", json::Array(step.sentences)}};
}

void print_rows(const char* title, const std::vector<advice::WorkRow>& all) {
  for (const auto& row : all)
    std::cout << llvm::formatv("      {0,-6}{1,8:F1} = {2:F1} x {3:F0}  {4}{5}\n", title, row.total, row.count, row.each, row.what,
                               row.with.empty() ? "" : " " + row.with).str();
}

void print(const std::vector<advice::ExtractionStep>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::cout << llvm::formatv("{0,3}. {1}  value {2:F1}, cost {3:F1}\n", i + 1, steps[i].name, steps[i].value, steps[i].cost).str();
    for (const std::string& sentence : steps[i].sentences) std::cout << "     " << sentence << '\n';
    print_rows("value", steps[i].worth);
    print_rows("cost", steps[i].work);
  }
}

json::Value json_of(const advice::ContextCyclePlan& plan) {
  json::Array cuts;
  for (const auto& cut : plan.cuts) {
    json::Array edits;
    for (const auto& edit : cut.edits) {
      json::Array sites;
      for (const auto& at : edit.sites) sites.push_back(report::to_string(at));
      edits.push_back(json::Object{{"kind", std::string(advice::to_string(edit.kind))}, {"what", edit.what}, {"at", report::to_string(edit.at)},
                                   {"do", edit.sentence}, {"cost", advice::cost_of(edit.kind)}, {"used", std::move(sites)}});
    }
    cuts.push_back(json::Object{{"from", cut.from}, {"to", cut.to}, {"cost", cut.cost}, {"edits", std::move(edits)}});
  }
  return json::Object{{"contexts", json::Array(plan.contexts)}, {"cost", plan.cost}, {"least_cost", plan.exact}, {"cuts", std::move(cuts)}};
}

void print(const advice::ContextCyclePlan& plan) {
  std::cout << plan.contexts.size() << " contexts in a cycle:";
  for (const auto& name : plan.contexts) std::cout << ' ' << name;
  std::cout << llvm::formatv("\n  {0} cost {1:F0}, {2} directions to cut\n", plan.exact ? "least" : "low", plan.cost, plan.cuts.size()).str();
  for (const auto& cut : plan.cuts) {
    std::cout << llvm::formatv("  {0} -> {1}, cost {2:F0}\n", cut.from, cut.to, cut.cost).str();
    for (const auto& edit : cut.edits) {
      std::cout << "    " << report::to_string(edit.at) << "  " << advice::to_string(edit.kind) << ": " << edit.sentence << '\n';
      for (const auto& at : edit.sites) std::cout << "      used at " << report::to_string(at) << '\n';
    }
  }
}

template <class All>
void print_json(const char* name, const All& all) {
  json::Array list;
  for (const auto& one : all) list.push_back(json_of(one));
  const json::Value document = json::Object{{"version", 1}, {name, std::move(list)}};
  std::cout << llvm::formatv("{0:2}", document).str() << '\n';
}

}  // namespace

int advise_order(const Settings& settings) {
  const Reloaded reloaded = reload(settings);
  if (!reloaded.error.empty()) return fail(reloaded.error, reloaded.hint);
  const Analysis analysis = analyze(reloaded.program, reloaded.config);
  const auto steps = advice::extraction_order({analysis.graph, analysis.evidence, analysis.contexts, &reloaded.program, {}});
  if (settings.format == "json")
    print_json("order", steps);
  else
    print(steps);
  return kDone;
}

int advise_cycles(const Settings& settings) {
  const Reloaded reloaded = reload(settings);
  if (!reloaded.error.empty()) return fail(reloaded.error, reloaded.hint);
  const Analysis analysis = analyze(reloaded.program, reloaded.config);
  const auto plans = advice::plan_context_cuts({analysis.graph, analysis.evidence, analysis.contexts, &reloaded.program, {}});
  if (settings.format == "json") {
    print_json("cycles", plans);
  } else {
    for (const auto& plan : plans) print(plan);
  }
  std::cerr << plans.size() << (plans.size() == 1 ? " cycle" : " cycles") << " of contexts\n";
  return kDone;
}

}  // namespace banyan::cli
