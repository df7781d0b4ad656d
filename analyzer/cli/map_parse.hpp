// Parses what is out of date with several threads, writes facts as they come, stops cleanly on Ctrl-C.
#pragma once

#include "analyzer/cli/progress.hpp"
#include "analyzer/cli/project.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace banyan::cli {

struct ParseOptions {
  unsigned jobs = 0;          // 0: as many as cores, but no more than memory holds
  std::size_t merge = 1;      // units of equal flags a parse; 1: each alone
  std::size_t megabytes = 0;  // for all jobs together; 0: what is free
};

struct ParseResult {
  std::size_t parsed = 0;
  std::size_t merged = 0;  // of these, in a parse with others
  bool interrupted = false;
  std::map<std::string, std::string> doubts;  // source -> why it was parsed alone or once more
};

unsigned jobs_of(const ParseOptions& options);

ParseResult parse_units(const Project& project, const std::vector<std::size_t>& wanted,
                        const ParseOptions& options, fact_store::Store& store, Progress& progress);

// Parses `count` units, spread over those given, alone, and puts the facts where they differ from what is on
// file. The names of these, sorted; empty when all are equal.
std::vector<std::string> verify_units(const Project& project, const std::vector<std::size_t>& units,
                                      std::size_t count, fact_store::Store& store);

// `count` indices of `total`, spread evenly; the same for the same numbers.
std::vector<std::size_t> spread(std::size_t total, std::size_t count);

}  // namespace banyan::cli
