// score: how near the contexts come to a labelled truth, at each tier, beside rows that need no analysis.
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/reload.hpp"
#include "analyzer/cli/truth.hpp"
#include "analyzer/contexts/score.hpp"
#include "analyzer/contexts/trivial.hpp"

#include <llvm/Support/FormatVariadic.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <array>
#include <iostream>

namespace banyan::cli {
namespace {

constexpr double kMajority = 0.5;
constexpr std::array<double, 3> kThresholds{0.1, 0.33, 0.5};

// The files that have a label, and their labels: every row is scored on these.
struct Labelled {
  std::vector<std::uint32_t> files;  // indices into Graph::files
  contexts::Groups labels;
  std::size_t missing = 0;  // labelled files that the map does not have
};

Labelled label(const graph::Graph& graph, const Truth& truth) {
  Labelled out;
  std::size_t exact = 0;
  for (std::uint32_t file = 0; file < graph.files.size(); ++file) {
    const auto group = label_of(truth, graph.files[file]);
    if (group == unlabelled) continue;
    out.files.push_back(file);
    out.labels.push_back(group);
    exact += truth.group_of.contains(graph.files[file]);
  }
  out.missing = truth.files - exact;
  return out;
}

struct Row {
  std::string tier;  // empty for the trivial rows
  std::string name;
  contexts::Groups groups;  // of the labelled files
};

contexts::Groups of_labelled(const Labelled& labelled, const contexts::Groups& of_files) {
  contexts::Groups out;
  for (const auto file : labelled.files) out.push_back(of_files[file]);
  return out;
}

bool switch_off(contexts::Weights& weights, const std::string& name) {
  const std::array<std::pair<const char*, double*>, 9> all{{{"direct", &weights.direct},
                                                            {"usage", &weights.usage},
                                                            {"scopes", &weights.scopes},
                                                            {"text", &weights.text},
                                                            {"tables", &weights.tables},
                                                            {"routes", &weights.routes},
                                                            {"folders", &weights.folders},
                                                            {"history", &weights.history},
                                                            {"runtime", &weights.runtime}}};
  for (const auto& [known, weight] : all)
    if (name == known) *weight = 0;
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return name == one.first; });
}

Row ours(const std::string& tier, const Config& base, const evidence::Evidence& evidence,
         const graph::Graph& graph, const Labelled& labelled, const Settings& settings) {
  Config config = base;
  config.tier = tier;
  contexts::Options options = context_options(config);
  for (const std::string& name : settings.without) switch_off(options.weights, name);
  options.target_groups = settings.groups;
  const contexts::Result result = contexts::find(graph, evidence, options);
  contexts::Groups groups;
  for (const auto component : graph.component_of) groups.push_back(result.context_of[component]);
  return {tier, "contexts", of_labelled(labelled, groups)};
}

std::size_t count_groups(contexts::Groups groups) { return groups.empty() ? 0 : contexts::renumber(groups); }

std::string table(const std::vector<Row>& rows, const contexts::Groups& truth) {
  std::string out = llvm::formatv("{0,-5}{1,-22}{2,7}{3,8}{4,8}{5,8}{6,8}{7,8}\n", "tier", "row", "groups", "ARI",
                                  "MoJoFM", "a2a", "c2c", "moved")
                        .str();
  for (const Row& row : rows) {
    const auto& found = row.groups;
    out += llvm::formatv("{0,-5}{1,-22}{2,7}{3,8:F1}{4,8:F1}{5,8:F1}{6,8:F1}{7,8:F1}\n",
                         row.tier.empty() ? "-" : row.tier, row.name, count_groups(found),
                         100 * contexts::adjusted_rand_index(found, truth), contexts::mojo_fm(found, truth),
                         contexts::a2a(found, truth), contexts::c2c_coverage(found, truth, kMajority),
                         100.0 * contexts::moves(found, truth) / static_cast<double>(truth.size()))
               .str();
  }
  return out;
}

llvm::json::Object coverage(const contexts::Groups& of, const contexts::Groups& by) {
  llvm::json::Object out;
  for (const double threshold : kThresholds)
    out[llvm::formatv("{0:F2}", threshold).str()] = contexts::c2c_coverage(by, of, threshold);
  return out;
}

std::string to_json(const std::vector<Row>& rows, const Labelled& labelled, const Truth& truth,
                    const std::string& path) {
  llvm::json::Array list;
  for (const Row& row : rows) {
    const auto &found = row.groups, &labels = labelled.labels;
    list.push_back(llvm::json::Object{
        {"tier", row.tier.empty() ? llvm::json::Value(nullptr) : llvm::json::Value(row.tier)},
        {"row", row.name},
        {"groups", count_groups(found)},
        {"ari", 100 * contexts::adjusted_rand_index(found, labels)},
        {"mojofm", contexts::mojo_fm(found, labels)},
        {"a2a", contexts::a2a(found, labels)},
        {"moved_percent", 100.0 * contexts::moves(found, labels) / static_cast<double>(labels.size())},
        {"c2c_truth_covered_by_found", coverage(labels, found)},
        {"c2c_found_covered_by_truth", coverage(found, labels)}});
  }
  const llvm::json::Value document = llvm::json::Object{{"truth", path},
                                                        {"truth_groups", truth.groups.size()},
                                                        {"scored_files", labelled.files.size()},
                                                        {"missing_files", labelled.missing},
                                                        {"rows", std::move(list)}};
  return llvm::formatv("{0:2}\n", document).str();
}

// The contexts of one tier as a truth file, so that another run can be compared with it.
std::string to_rsf(const Row& row, const Labelled& labelled, const std::vector<facts::FileFacts>& files) {
  std::string out;
  for (std::size_t i = 0; i < row.groups.size(); ++i)
    out += "contain c" + std::to_string(row.groups[i]) + " " + files[labelled.files[i]].path + "\n";
  return out;
}

std::string check_names(const std::vector<std::string>& without) {
  contexts::Weights weights;
  const std::vector<std::string> known{"direct", "usage", "scopes", "text", "tables", "routes", "folders",
                                       "history", "runtime"};
  for (const std::string& name : without) {
    if (switch_off(weights, name)) continue;
    const std::string near = nearest(name, known);
    return "error: no similarity is called '" + name + "'\n  " +
           (near.empty() ? "known: direct, usage, scopes, text, tables, routes, folders, history, runtime"
                         : "did you mean '" + near + "'?");
  }
  return {};
}

std::vector<Row> make_rows(const facts::Program& program, const Config& config, const Truth& truth,
                           const Settings& settings, Labelled& labelled) {
  const auto evidence = collect_evidence(program, config);
  const auto graph = graph::build(program, evidence);
  labelled = label(graph, truth);
  std::vector<Row> rows;
  if (labelled.files.empty()) return rows;
  for (const std::string tier : {"t0", "t1", "t2"})
    if (settings.tier == "all" || settings.tier == tier)
      rows.push_back(ours(tier, config, evidence, graph, labelled, settings));
  for (auto& row : contexts::trivial_rows(graph))
    rows.push_back({{}, std::move(row.name), of_labelled(labelled, row.groups)});
  return rows;
}

}  // namespace

int score(const Settings& settings) {
  const auto buffer = llvm::MemoryBuffer::getFile(settings.truth);
  if (!buffer)
    return fail("error: cannot read " + settings.truth + ": " + buffer.getError().message() +
                "\n  --truth wants a file with the groups that people agreed on");
  const TruthResult read = parse_truth(settings.truth, buffer.get()->getBuffer().str());
  if (!read.error.empty()) return fail(read.error);
  if (const std::string problem = check_names(settings.without); !problem.empty()) return fail(problem);
  const Reloaded stored = reload(settings);
  if (!stored.error.empty())
    return fail("error: " + stored.error + (stored.hint.empty() ? std::string() : "\n  " + stored.hint));
  Labelled labelled;
  const auto rows = make_rows(stored.program, stored.config, read.truth, settings, labelled);
  if (rows.empty())
    return fail(settings.truth + ":1:1: error: none of its files is in the map\n  the map has, for instance, '" +
                (stored.program.files.empty() ? std::string("nothing") : stored.program.files.front().path) +
                "', the truth '" + read.truth.group_of.begin()->first + "'");
  if (settings.format == "rsf") {
    if (rows.front().tier != settings.tier)
      return fail("error: --format rsf prints one grouping\n  say which: --tier t0, t1 or t2");
    std::cout << to_rsf(rows.front(), labelled, stored.program.files);
    return kDone;
  }
  if (settings.format == "json") {
    std::cout << to_json(rows, labelled, read.truth, settings.truth);
    return kDone;
  }
  std::cerr << labelled.files.size() << " files scored, in " << count_groups(labelled.labels) << " groups";
  if (labelled.missing > 0) std::cerr << "; " << labelled.missing << " of the truth's files are not in the map";
  std::cerr << "\n";
  std::cout << table(rows, labelled.labels);
  std::cerr << "ARI x 100; c2c: groups of the truth that some found group matches, common / larger > 0.5;\n"
               "moved: files to move under the best one-to-one match. Tiers see different things: t0 names hashed,\n"
               "t1 no folders, t2 everything. Compare rows of one tier with the trivial rows, never tiers.\n";
  return kDone;
}

}  // namespace banyan::cli
