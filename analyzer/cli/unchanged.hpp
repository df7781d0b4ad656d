// Whether evidence, contexts and report of the last run still hold, so that map need not compute them again.
// They do when the facts, the configuration, the SQL files, the program itself and everything else that goes
// into them are what they were (a digest of these is kept in fact_meta) and the outputs are as they were written.
#pragma once

#include "analyzer/cli/config.hpp"
#include "analyzer/cli/project.hpp"
#include "analyzer/fact_store/store.hpp"

#include <string>
#include <vector>

namespace banyan::cli {

inline constexpr const char* kAnalysisKey = "analysis";  // in fact_meta

// Whatever the steps after the facts read must be in here.
std::string inputs_digest(fact_store::Store& store, const Project& project, const Config& config,
                          const std::vector<fact_store::Unit>& units);

// What fact_meta holds after a run: the inputs, and the outputs as they are on disk now.
std::string analysis_stamp(const std::string& inputs, const std::string& output_folder);

}  // namespace banyan::cli
