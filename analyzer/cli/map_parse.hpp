// Parses what is out of date with several threads, writes facts as they come, stops cleanly on Ctrl-C.
#pragma once

#include "analyzer/cli/progress.hpp"
#include "analyzer/cli/project.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace banyan::cli {

struct ParseResult {
  std::size_t parsed = 0;
  bool interrupted = false;
};

// As many as cores, but no more than free memory holds.
unsigned default_jobs();

ParseResult parse_units(const Project& project, const std::vector<std::size_t>& wanted, unsigned jobs,
                        fact_store::Store& store, Progress& progress);

// `count` indices of `total`, spread evenly; the same for the same numbers.
std::vector<std::size_t> spread(std::size_t total, std::size_t count);

}  // namespace banyan::cli
