// What the verbs are asked to do.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace banyan::cli {

inline constexpr int kDone = 0;
inline constexpr int kFindings = 1;
inline constexpr int kUsage = 2;
inline constexpr int kPartial = 3;
inline constexpr int kInterrupted = 130;

// router-config: how the draft differs from the one map wrote.
struct DraftSettings {
  std::string group = "route";
  std::string listen = "127.0.0.1:8080";
  std::string admin = "127.0.0.1:9901";
  std::string state = "./banyan-state.db";
  std::string access_log;
  std::string monolith = "127.0.0.1:8081";
  std::vector<std::string> upstreams;  // NAME=HOST:PORT
  std::vector<std::string> contexts;
};

// check, baseline
struct CheckSettings {
  std::string baseline;           // empty: banyan-baseline.json beside banyan.yaml
  std::string fail_on = "warning";
  std::string format = "text";
  bool force = false;             // baseline create: replace a longer-lived one
};

struct Settings {
  std::string build_path;
  std::string root;
  std::string config;
  bool no_config = false;
  std::string output = "banyan-out";
  unsigned jobs = 0;
  std::size_t merge = 64;      // units a parse
  bool no_merge = false;
  std::size_t verify = 0;      // units to parse again alone
  std::size_t megabytes = 0;   // 0: what is free
  std::string shard;           // "3/16"
  std::vector<std::string> shards;  // merge: folders
  std::size_t sample = 0;
  std::vector<std::string> access_logs;  // of the router
  double max_failed_percent = 10;
  bool quiet = false;
  bool verbose = false;
  std::string progress = "auto";
  std::vector<std::string> path_map;
  std::vector<std::string> extra_args;
  std::vector<std::string> extra_args_before;
  std::vector<std::string> files;        // positional
  std::vector<std::string> fixed_flags;  // after --
  bool has_fixed_flags = false;
  std::string file;  // doctor --file
  bool json = false;
  std::string what;  // explain, query
  std::string sql;
  std::string format = "table";
  bool list = false;
  bool yes = false;
  std::vector<std::string> formats;  // report -T, each with commas
  std::string to;                    // report, advise seam: folder
  std::string from_context;          // advise seam
  std::string to_context;
  std::string level;                 // report: contexts, files or empty
  std::string truth;  // score
  std::string tier = "all";
  std::vector<std::string> without;  // map: sources of evidence, comma-separated; score: similarities
  std::uint32_t groups = 0;
  DraftSettings draft;
  CheckSettings check;
};

int map(const Settings& settings);
int doctor(const Settings& settings);
int init(const Settings& settings);
int explain(const Settings& settings);
int query(const Settings& settings);
int report_formats(const Settings& settings);
int score(const Settings& settings);
int router_config(const Settings& settings);
int check(const Settings& settings);
int baseline_create(const Settings& settings);
int baseline_prune(const Settings& settings);
int what_if(const Settings& settings);
int advise_cuts(const Settings& settings);
int advise_seam(const Settings& settings);
int advise_order(const Settings& settings);
int advise_cycles(const Settings& settings);
int merge(const Settings& settings);
int cache(const Settings& settings);
int dump_facts(const Settings& settings);

}  // namespace banyan::cli
