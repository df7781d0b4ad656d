// advise seam: what one context needs of another, as an OpenAPI draft and a facade header.
#include "analyzer/advice/seam_api.hpp"
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/reload.hpp"
#include "analyzer/cli/write_file.hpp"
#include "analyzer/report/seam_openapi.hpp"
#include "analyzer/report/words.hpp"

#include <llvm/Support/FileSystem.h>

#include <algorithm>
#include <iostream>

namespace banyan::cli {
namespace {

constexpr std::size_t kShown = 12;

std::string counted(std::size_t number, const std::string& one) {
  return std::to_string(number) + " " + one + (number == 1 ? "" : "s");
}

// A context by its name or id; graph::none when there is none.
std::uint32_t find_context(const contexts::Result& result, const std::string& name) {
  for (std::uint32_t i = 0; i < result.contexts.size(); ++i)
    if (result.contexts[i].name == name || result.contexts[i].id == name) return i;
  return graph::none;
}

int unknown_context(const contexts::Result& result, const std::string& name) {
  std::vector<std::string> names;
  std::string all = "the contexts are:";
  for (const auto& one : result.contexts) names.push_back(one.name), all += " " + one.name;
  const std::string near = nearest(name, names);
  return fail("no context is called '" + name + "'", near.empty() ? all : "did you mean '" + near + "'?");
}

void print_text(const advice::SeamApi& api) {
  std::cout << api.from << " uses " << api.to << ": " << counted(api.operations.size(), "operation") << ", "
            << counted(api.types.size(), "type") << ", " << api.cannot_cross.size() << " that cannot cross as they are\n";
  for (const auto& one : api.operations)
    std::cout << "  " << one.name << "  " << report::to_string(one.signature.at) << "  " << counted(one.calls, "call")
              << (one.sites.empty() ? "" : ", first " + report::to_string(one.sites.front())) << '\n';
  if (!api.cannot_cross.empty()) std::cout << "cannot cross\n";
  for (const auto& one : api.cannot_cross)
    std::cout << "  " << one.kind << "  " << one.what << "  " << report::to_string(one.at) << "\n    " << one.why << '\n';
}

// No names: every seam that is not to or from a shared kernel or tests, heaviest first.
bool wanted(const contexts::Result& result, const contexts::Seam& seam, std::uint32_t from, std::uint32_t to) {
  if (from != graph::none) return seam.from == from && seam.to == to;
  const auto aside = [&](std::uint32_t context) {
    return result.contexts[context].shared_kernel || result.contexts[context].tests;
  };
  return !aside(seam.from) && !aside(seam.to);
}

std::string write_seam(const advice::SeamApi& api, const advice::SymbolIndex& index, const std::string& folder) {
  const std::string stem = folder + "/" + advice::seam_name(api);
  if (const std::string problem = write_file(stem + ".openapi.json", report::seam_openapi(api, index)); !problem.empty()) return problem;
  if (const std::string problem = write_file(stem + ".hpp", advice::facade_header(api, index)); !problem.empty()) return problem;
  if (const std::string problem = write_file(stem + ".json", report::seam_json(api)); !problem.empty()) return problem;
  std::cerr << "written: " << stem << ".hpp .openapi.json .json\n";
  return {};
}

int show(const std::vector<advice::SeamApi>& apis, const advice::SymbolIndex& index, const Settings& settings) {
  if (!settings.to.empty()) {
    if (const auto error = llvm::sys::fs::create_directories(settings.to))
      return fail("cannot make the folder '" + settings.to + "': " + error.message(), {});
  }
  for (std::size_t i = 0; i < apis.size(); ++i) {
    if (settings.format == "json") std::cout << report::seam_json(apis[i]);
    else if (settings.format == "openapi") std::cout << report::seam_openapi(apis[i], index);
    else if (settings.format == "header") std::cout << advice::facade_header(apis[i], index);
    else if (apis.size() == 1 || i < kShown) print_text(apis[i]);
    if (settings.to.empty()) continue;
    if (const std::string problem = write_seam(apis[i], index, settings.to); !problem.empty()) return fail(problem, {});
  }
  return kDone;
}

}  // namespace

int advise_seam(const Settings& settings) {
  if (settings.from_context.empty() != settings.to_context.empty())
    return fail("advise seam wants both contexts or none", "example: banyan-analyze advise seam orders payments");
  const bool one_document = settings.format != "text" && settings.format != "table";
  if (one_document && settings.from_context.empty())
    return fail("--format " + settings.format + " prints one seam", "example: banyan-analyze advise seam orders payments --format " + settings.format);
  const Reloaded reloaded = reload(settings);
  if (!reloaded.error.empty()) return fail(reloaded.error, reloaded.hint);
  const Analysis analysis = analyze(reloaded.program, reloaded.config);
  const contexts::Result& result = analysis.contexts;
  std::uint32_t from = graph::none, to = graph::none;
  if (!settings.from_context.empty()) {
    from = find_context(result, settings.from_context), to = find_context(result, settings.to_context);
    if (from == graph::none) return unknown_context(result, settings.from_context);
    if (to == graph::none) return unknown_context(result, settings.to_context);
  }
  const advice::SymbolIndex index(reloaded.program);
  const advice::Subject subject{analysis.graph, analysis.evidence, result, &reloaded.program, {}};
  std::vector<advice::SeamApi> apis;
  for (const auto& seam : result.seams)
    if (wanted(result, seam, from, to)) apis.push_back(advice::seam_api(subject, index, seam));
  if (!reloaded.changed.empty())
    std::cerr << "note: " << reloaded.changed.front() << " changed since the last map; lines may be off\n";
  if (apis.empty() && from != graph::none)
    return fail(settings.from_context + " uses nothing of " + settings.to_context, "the other way round: banyan-analyze advise seam " +
                    settings.to_context + " " + settings.from_context);
  return show(apis, index, settings);
}

}  // namespace banyan::cli
