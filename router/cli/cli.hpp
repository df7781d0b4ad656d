// The command line of banyan-router: verbs, their options, and what they print.
//
// Data goes to stdout, talk to stderr. 0 done, 1 findings, 2 usage, configuration or environment, 3 partial.
#pragma once

#include "router/config/config.hpp"

#include <functional>
#include <string>
#include <vector>

namespace banyan::cli {

inline constexpr const char* version = "0.1.0";

enum Exit : int { done = 0, findings = 1, unusable = 2, partial = 3, interrupted = 130 };

struct Options {
  std::string verb;
  std::string config = "router.yaml";
  std::string format = "text";
  std::string admin;  // HOST:PORT of the running router, when it is not to be looked up
  std::string token_file;
  std::string cutover;
  std::string percent;
  std::string why;
  std::string who;
  std::string as;
  std::string until;  // of a freeze
  std::string path;   // of ignore: "$.asOf"
  bool full = false;
  bool dry_run = false;
  bool all = false;
  bool verify = false;
  bool offline = false;
  bool force = false;
  bool probe = false;
  std::size_t limit = 20;
  std::string method;
  std::string url;
  std::vector<std::string> headers;
  std::vector<std::string> cookies;
  std::string peer;
  std::string upstream;
  std::string listen = "127.0.0.1:8080";
  std::vector<std::string> services, paths;  // of init: "NAME=HOST:PORT", "NAME=PATH"
  std::string cohort = "header:X-Account-Id";
  std::string contexts;            // contexts.json
  std::vector<std::string> logs;
  std::vector<std::string> at;     // "NAME/STAGE"
  std::string silence = "30d";     // of legacy, before its code can go
  std::size_t callers = 5;         // how many to name
  std::string what;                // of config: dump, schema
  bool origin = false;
};

// Serves until told to stop; the program passes it in, because it depends on the event back end.
using Serve = std::function<int(const Options&)>;

// Parses and acts; returns the exit code. Never throws.
int main_of(int argc, char** argv, const Serve& serve);

// Each verb; they may throw std::exception for a broken environment.
int check(const Options& options);
int explain(const Options& options);          // of a request
int explain_cutover(const Options& options);  // what blocks its next step; also promote --dry-run; exit 1 when anything does
int status(const Options& options);
int audit(const Options& options);
int diff(const Options& options);  // exit 1 when something differs
int init(const Options& options);
int simulate(const Options& options);  // exit 1: requests would go elsewhere than they went
int ledger(const Options& options);
int config_dump(const Options& options);
int config_schema(const Options& options);
int change(const Options& options);  // promote, rollback, hold, resume, set-weight, approve, freeze, thaw
int ignore(const Options& options);  // writes into the configuration file of the running router
int reload(const Options& options);

}  // namespace banyan::cli
