// banyan.yaml. Every error has file:line:column; unknown keys come with the nearest known one.
//
//   version: 1
//   exclude: [third_party/, generated/]        folders or files that are not the program's own
//   compile_flags: {add: [-DX], remove: [-DY]}
//   sql_files: [db/schema.sql]                 default: every .sql file below the root
//   routes:                                    house frameworks
//     - {callee: "shop::Router::add", method_argument: 0, path_argument: 1}
//   access_logs: [/var/log/banyan/access.log]  the router's; relative to this file
//   contexts:
//     seed: 20240229
//     tier: t2                                 t0, t1 or t2
//     must_link: [[src/a.cpp, src/b/]]
//     cannot_link: [[src/a.cpp, src/c.cpp]]
//     seeds: [{name: orders, files: [src/orders/]}]
//     names_from: docs/contexts.json           names are carried over where half of the files are the same
//   rules:                                     docs/reference/rules.md
//     forbidden: [{name: n, from: {path: src/a/}, to: {path: src/b/}, severity: error, comment: why}]
//     allowed: [...]
//     allowed_severity: warn
//     required: [...]
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/evidence/evidence.hpp"
#include "analyzer/rules/rules.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace banyan::cli {

struct Config {
  std::string path;    // empty: no file
  std::string digest;  // of its bytes
  std::vector<std::string> exclude;
  std::vector<std::string> flags_to_add;
  std::vector<std::string> flags_to_remove;
  std::vector<std::string> sql_files;
  std::vector<evidence::RoutePattern> routes;
  std::vector<std::string> access_logs;  // absolute
  std::set<std::string> without;         // from the command line: sources of evidence to leave out
  std::uint64_t seed = 20240229;
  std::string tier = "t2";
  contexts::Hints hints;
  std::string names_from;
  rules::RuleSet rules;
};

struct ConfigResult {
  Config config;
  std::string error;  // complete message, empty when it worked
};

ConfigResult parse_config(const std::string& path, const std::string& text);
ConfigResult read_config(const std::string& path);

}  // namespace banyan::cli
