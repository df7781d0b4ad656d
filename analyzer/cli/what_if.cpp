// what-if: moves tried on the snapshot that map left, nothing is parsed or grouped again.
#include "analyzer/advice/what_if.hpp"

#include "analyzer/advice/snapshot.hpp"
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/no_results.hpp"
#include "analyzer/cli/settings.hpp"

#include <llvm/Support/MemoryBuffer.h>

#include <iostream>

namespace banyan::cli {
namespace {

}  // namespace

int what_if(const Settings& settings) {
  const advice::MovesResult moves = advice::parse_moves(settings.what);
  if (!moves.error.empty())
    return fail("MOVES:1:" + std::to_string(moves.column) + ": " + moves.error,
                "example: banyan-analyze what-if \"move src/cart.cpp to orders, move stock to inventory\"");
  const std::string path = settings.output + "/banyan.snapshot";
  const auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) return fail_without_results(settings.output, "banyan.snapshot");
  const auto snapshot = advice::read_snapshot({buffer.get()->getBufferStart(), buffer.get()->getBufferSize()});
  if (!snapshot) return fail(path + " is damaged or of another version", map_first(settings.output));
  const contexts::Result now = advice::contexts_of(*snapshot);
  const advice::Subject subject{snapshot->graph, snapshot->evidence, now, nullptr, {}};
  const advice::WhatIf answer = advice::what_if(subject, snapshot->options, moves.moves);
  if (!answer.error.empty()) {
    const std::string word = answer.error.substr(answer.error.find('\'') + 1);
    const std::string near = nearest(word.substr(0, word.find('\'')), answer.names);
    return fail(answer.error, near.empty() ? std::string() : "did you mean '" + near + "'?");
  }
  for (const std::string& line : answer.lines) std::cout << line << '\n';
  return kDone;
}

}  // namespace banyan::cli
