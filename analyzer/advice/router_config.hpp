// A first router.yaml from what was found: every route of a context that may leave becomes part of a cutover
// that starts at stage legacy. Nothing moves until somebody promotes; the comments say what each route
// touches.
//
// The result loads: names are unique, no two rules of one shape compete for a method, writes are never
// shadowed. Pure and deterministic.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace banyan::advice {

enum class Grouping : std::uint8_t {
  route,   // one cutover a path and verb: inventory-get-api-inventory-sku
  context  // one for all reads and one for all writes of a context: inventory-read, inventory-write
};

struct RouterConfigOptions {
  std::string listen = "127.0.0.1:8080";
  std::string admin = "127.0.0.1:9901";
  std::string state = "./banyan-state.db";
  std::string access_log;  // empty: the line is left out
  std::string monolith = "127.0.0.1:8081";
  std::map<std::string, std::string>
      upstreams;                      // context -> address; others get a placeholder 127.0.0.1:9101, ...
  std::vector<std::string> contexts;  // only these leave; empty: all but shared kernels
  std::vector<std::string> cohort_keys = {"header:X-Account-Id", "cookie:sid"};
  std::string salt = "draft";
  std::uint32_t min_samples = 500;
  Grouping grouping = Grouping::route;
};

// YAML as router/config reads it.
std::string router_config(const Subject& subject, const RouterConfigOptions& options = {});

}  // namespace banyan::advice
