// CPU per proxied request of banyan-router beside nginx and HAProxy: same machine, same run, alternating rounds.
#include "tests/bench/router/measure.hpp"
#include "tests/bench/router/otlp_bench.hpp"
#include "tests/bench/router/shadow_bench.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

namespace banyan::bench {
namespace {

void print(const std::vector<Contender>& contenders, const std::map<std::string, Figures>& figures) {
  double best = 0;
  for (const auto& [name, one] : figures)
    if (name == "nginx" || name == "haproxy") best = best == 0 ? median(one.cpu_us) : std::min(best, median(one.cpu_us));
  std::printf("%-14s %12s %8s %10s %12s  %s\n", "proxy", "cpu us/req", "ratio", "p99 ms", "requests/s", "version");
  for (const auto& contender : contenders) {
    const auto& one = figures.at(contender.name);
    const double cpu = median(one.cpu_us);
    std::printf("%-14s %12.2f %8s %10.2f %12.0f  %s\n", contender.name.c_str(), cpu,
                best > 0 ? std::to_string(cpu / best).substr(0, 4).c_str() : "-", median(one.p99_ms),
                median(one.per_second), contender.version.c_str());
  }
  std::printf("raw cpu us/req by round:\n");
  for (const auto& contender : contenders) {
    std::printf("  %-14s", contender.name.c_str());
    for (const double value : figures.at(contender.name).cpu_us) std::printf(" %7.2f", value);
    std::printf("\n");
  }
}

int run(const Options& options) {
  const support::TempDir folder;
  Origin origin(options.body);
  Setup setup;
  setup.folder = folder.path().string();
  setup.programs = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  setup.origin = origin.port();
  setup.rules = options.rules;
  std::vector<std::string> missing;
  auto contenders = start_contenders(setup, missing);
  for (const auto& program : missing) std::fprintf(stderr, "not there, left out: %s\n", program.c_str());
  std::map<std::string, Figures> figures;
  for (unsigned round = 0; round < options.rounds; ++round)
    for (auto& contender : contenders) {
      measure(contender, options, figures[contender.name]);
      std::fprintf(stderr, "round %u %s\n", round + 1, contender.name.c_str());
    }
  std::printf("%zu-byte answers, %u connections, %llu requests x %u rounds, %u rules, access log and metrics on\n",
              options.body, options.connections, static_cast<unsigned long long>(options.requests), options.rounds,
              options.rules);
  print(contenders, figures);
  return 0;
}

}  // namespace
}  // namespace banyan::bench

int main(int argc, char** argv) {
  banyan::bench::Options options;
  CLI::App app("CPU per proxied request beside nginx and HAProxy.\n\nExamples:\n  router_bench\n  router_bench --body 16384 --connections 512\n  router_bench --shadow --rate 500\n  router_bench --otlp\n");
  app.add_option("--body", options.body, "bytes of each answer");
  app.add_option("--connections", options.connections, "keep-alive connections")->check(CLI::Range(1, 4000));
  app.add_option("--requests", options.requests, "requests in each round")->check(CLI::Range(100, 10'000'000));
  app.add_option("--rounds", options.rounds, "alternating rounds")->check(CLI::Range(1, 100));
  app.add_option("--rules", options.rules, "path rules loaded")->check(CLI::Range(1, 100'000));
  bool shadow = false, otlp = false;
  banyan::bench::ShadowOptions shadowed;
  app.add_flag("--shadow", shadow, "instead: latency of the primary with all of it copied to a good, a hanging and a resetting side, beside none");
  app.add_flag("--otlp", otlp, "instead: CPU per request with spans sent to a collector, all or 5 %, beside none")->excludes("--shadow");
  unsigned per_second = 0;
  app.add_option("--rate", per_second, "of --shadow (1000) and --otlp (4000): requests a second")->check(CLI::Range(1, 100'000));
  try {
    app.parse(argc, argv);
    if (shadow) {
      if (app.count("--body")) shadowed.body = options.body;
      if (app.count("--connections")) shadowed.connections = options.connections;
      if (app.count("--requests")) shadowed.requests = options.requests;
      if (app.count("--rounds")) shadowed.rounds = options.rounds;
      if (per_second != 0) shadowed.per_second = per_second;
      return banyan::bench::run_shadow(shadowed);
    }
    if (otlp) {
      options.per_second = per_second != 0 ? per_second : 4000;
      return banyan::bench::run_otlp(options);
    }
    return banyan::bench::run(options);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
