// Facts -> evidence -> graph -> contexts -> advice -> the files of the output folder.
#pragma once

#include "analyzer/advice/findings.hpp"
#include "analyzer/cli/config.hpp"
#include "analyzer/contexts/contexts.hpp"
#include "analyzer/evidence/evidence.hpp"
#include "analyzer/facts/facts.hpp"
#include "analyzer/graph/graph.hpp"
#include "analyzer/report/report.hpp"

#include <string>
#include <vector>

namespace banyan::cli {

struct PipelineInput {
  const facts::Program& program;
  const Config& config;
  report::Coverage coverage;
  std::string output;  // folder; banyan.db is in it and closed
};

struct PipelineResult {
  std::vector<std::string> summary;  // lines for stderr
  std::string error;
};

// The pure steps; everything that follows reads their results.
struct Analysis {
  evidence::Evidence evidence;
  graph::Graph graph;
  contexts::Options options;
  contexts::Result contexts;
  std::vector<advice::Finding> findings;
};
evidence::Evidence collect_evidence(const facts::Program& program, const Config& config);
std::vector<evidence::SqlFile> sql_files(const std::string& root, const Config& config);
Analysis analyze(const facts::Program& program, const Config& config);
contexts::Options context_options(const Config& config);

// Removes the files that the configuration excludes.
void drop_excluded(facts::Program& program, const std::vector<std::string>& patterns);

PipelineResult run_pipeline(const PipelineInput& input);

}  // namespace banyan::cli
