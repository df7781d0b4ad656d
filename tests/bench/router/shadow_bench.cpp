// What callers of legacy notice of a shadow: latency of the primary with every request copied to a shadow side that is good, hangs or
// resets, beside the same router, at the same rate, without a shadow. Alternating runs against one process.
#include "tests/bench/router/shadow_bench.hpp"

#include "tests/bench/router/measure.hpp"
#include "tests/support/bad_side.hpp"
#include "tests/support/http_client.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace banyan::bench {
namespace {

// In the order of the paths /rule0, /rule1 ...
constexpr const char* side_names[] = {"off", "good", "hanging", "resetting"};
constexpr unsigned sides = 4;

struct Runs {
  std::vector<double> p50_ms, p99_ms;
  std::vector<double> p99_ratio;  // to the run without a shadow just before
};

std::string config_text(const std::string& folder, std::uint16_t origin, const std::uint16_t (&ports)[sides]) {
  std::string out = "version: 1\nstatic: { listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", workers: 1, state: \"" + folder +
                    "/state.db\", access_log: \"" + folder + "/access.log\" }\nupstreams:\n  legacy: { endpoints: [ \"127.0.0.1:" +
                    std::to_string(origin) + "\" ], idle_connections: 512 }\n";
  for (unsigned i = 0; i < sides; ++i)
    out += "  " + std::string(side_names[i]) + ": { timeouts: { response: 1s }, endpoints: [ \"127.0.0.1:" + std::to_string(ports[i]) + "\" ] }\n";  // so that the next run finds places for its copies
  out += "default: legacy\ncutovers:\n";
  for (unsigned i = 0; i < sides; ++i)
    out += "  - { name: " + std::string(side_names[i]) + ", match: { methods: [ GET ], path: \"/rule" + std::to_string(i) +
           "/**\" }, from: legacy, to: " + side_names[i] + ", plan: [ { stage: shadow, percent: 100 } ] }\n";
  return out;
}

struct Program {
  std::unique_ptr<support::Process> process;
  std::string admin;
  std::uint16_t port = 0;
};

Program start_router(const std::string& program, const std::string& folder) {
  Program out;
  const std::string config = folder + "/router.yaml";
  out.process = std::make_unique<support::Process>(std::vector<std::string>{program, "run", "-c", config}, folder + "/run.log");
  const std::string listen = out.process->wait_for_line("listening on http://");
  out.port = static_cast<std::uint16_t>(std::stoi(listen.substr(listen.rfind(':') + 1)));
  out.admin = out.process->wait_for_line("admin on http://");
  out.process->wait_for_line("status: ");
  for (unsigned i = 1; i < sides; ++i) {
    const auto done = support::run({program, "promote", side_names[i], "-c", config});
    if (done.exit_code != 0) throw std::runtime_error(done.err);
  }
  return out;
}

LoadResult one_run(const Program& router, const ShadowOptions& options, unsigned side) {
  Paced paced{options.per_second, side};
  auto result = run_load(router.port, options.connections, options.requests, 1, 120, paced);
  if (result.failures != 0) throw std::runtime_error(std::string(side_names[side]) + ": " + std::to_string(result.failures) + " requests failed");
  return result;
}

void print_runs(const Runs (&runs)[sides]) {
  std::printf("%-12s %9s %9s %14s %14s  %s\n", "shadow side", "p50 ms", "p99 ms", "p99 to off", "p50 to off", "p99 to the run before, by round");
  for (unsigned i = 0; i < sides; ++i) {
    std::printf("%-12s %9.3f %9.3f %14.3f %14.3f ", side_names[i], median(runs[i].p50_ms), median(runs[i].p99_ms),
                median(runs[i].p99_ms) / median(runs[0].p99_ms), median(runs[i].p50_ms) / median(runs[0].p50_ms));
    for (const double ratio : runs[i].p99_ratio) std::printf(" %.2f", ratio);
    std::printf("\n");
  }
}

void print_copies(const Program& router) {
  const auto metrics = support::HttpClient(router.admin).get("/metrics").body;
  std::printf("copies, as the router counts them:\n");
  for (std::size_t at = 0; at < metrics.size();) {
    const auto end = std::min(metrics.find('\n', at), metrics.size());
    const auto line = metrics.substr(at, end - at);
    if (line.starts_with("banyan_router_shadow_total{") && !line.ends_with(" 0")) std::printf("  %s\n", line.c_str());
    at = end + 1;
  }
}

}  // namespace

int run_shadow(const ShadowOptions& options) {
  const support::TempDir folder;
  Origin legacy(options.body), good(options.body);
  support::BadSide hanging(support::BadSide::Way::hangs), resetting(support::BadSide::Way::resets);
  const std::uint16_t ports[sides] = {good.port(), good.port(), hanging.port(), resetting.port()};
  support::write_file(folder / "router.yaml", config_text(folder.path().string(), legacy.port(), ports));
  const auto programs = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const Program router = start_router((programs / "banyan-router").string(), folder.path().string());
  Runs runs[sides];
  one_run(router, options, 0);  // warm
  for (unsigned round = 0; round < options.rounds; ++round)
    for (unsigned side = 1; side < sides; ++side) {
      const auto off = one_run(router, options, 0), on = one_run(router, options, side);
      runs[0].p50_ms.push_back(off.percentile_ms(0.5)), runs[0].p99_ms.push_back(off.percentile_ms(0.99));
      runs[side].p50_ms.push_back(on.percentile_ms(0.5)), runs[side].p99_ms.push_back(on.percentile_ms(0.99));
      runs[side].p99_ratio.push_back(on.percentile_ms(0.99) / off.percentile_ms(0.99));
      std::fprintf(stderr, "round %u %s\n", round + 1, side_names[side]);
    }
  std::printf("%zu-byte answers, %u connections, %u requests/s, %llu requests in each of %u rounds, every request copied\n", options.body,
              options.connections, options.per_second, static_cast<unsigned long long>(options.requests), options.rounds);
  print_runs(runs);
  print_copies(router);
  return 0;
}

}  // namespace banyan::bench
