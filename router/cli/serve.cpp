#include "router/cli/serve.hpp"

#include "router/admin/server.hpp"
#include "router/admin/token.hpp"
#include "router/cli/evidence_keeper.hpp"
#include "router/cli/instance_lock.hpp"
#include "router/cli/load.hpp"
#include "router/cli/locate.hpp"
#include "router/cli/loop.hpp"
#include "router/cli/sources.hpp"
#include "router/config/load.hpp"
#include "router/fleet/follower.hpp"
#include "router/proxy/server.hpp"
#include "router/tls/store.hpp"
#include "router/tracing/exporter.hpp"

#include <boost/json.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>

namespace banyan::cli {
namespace {

std::shared_ptr<spdlog::logger> make_logger() {
  auto logger = std::make_shared<spdlog::logger>("banyan-router",
                                                 std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  logger->flush_on(spdlog::level::info);
  return logger;
}

void announce(const Options& options, const config::StaticSettings& fixed, const config::Address& listen,
              std::uint16_t tls_port, const config::Address& admin, const admin::Tokens& tokens) {
  std::ofstream(admin_note_path(fixed.state), std::ios::trunc) << to_string(admin) << "\n";
  std::cout << "listening on " << (fixed.tls && !fixed.tls->listen ? "https://" : "http://") << to_string(listen) << "\n";
  if (tls_port != 0) std::cout << "listening on https://" << to_string(config::Address{fixed.tls->listen->host, tls_port}) << "\n";
  std::cout << "admin on http://" << to_string(admin) << "\n";
  if (tokens.fresh)
    std::cout << "admin token (shown once, kept in " << tokens.file << "): " << tokens.credentials.front().secret << "\n";
  std::cout << "status: banyan-router status -c " << options.config << std::endl;
}

std::unique_ptr<tracing::Exporter> make_exporter(const config::StaticSettings& fixed, tracing::Exporter::Report report) {
  if (!fixed.otlp) return nullptr;
  const auto& otlp = *fixed.otlp;
  tracing::Options options;
  options.collector = otlp.collector;
  options.headers = otlp.headers;
  options.resource = {otlp.service, version, to_string(fixed.listen) + "/" + std::to_string(::getpid())};
  options.queue = otlp.queue;
  options.interval = otlp.interval;
  options.timeout = otlp.timeout;
  return std::make_unique<tracing::Exporter>(std::move(options), std::move(report));
}

// Ends before what it works with does.
struct FleetThread {
  std::shared_ptr<fleet::Follower> follower;
  ~FleetThread() {
    if (follower) follower->stop();
  }
};

// Member order is life order: what is declared later uses what stands before it.
struct Router {
  std::shared_ptr<const config::Config> config;
  std::shared_ptr<spdlog::logger> log = make_logger();
  admin::Control control;
  tls::Store tls;
  telemetry::Metrics metrics;
  std::unique_ptr<telemetry::AccessLog> access_log;
  std::unique_ptr<tracing::Exporter> spans;
  proxy::Server proxy;
  admin::Gatekeeper gates;
  EvidenceKeeper evidence;
  std::atomic<bool> draining{false};
  config::Address listen, admin_address;
  admin::Tokens tokens;
  admin::Api api;
  admin::Server admin;
  FleetThread fleet_thread;

  Router(std::shared_ptr<const config::Config> c, const Options& options)
      : config(std::move(c)),
        control(config,
                [this](bool error, const std::string& line) { error ? log->error(line) : log->info(line); }),
        tls([this](bool error, const std::string& line) { error ? log->error(line) : log->info(line); }),
        access_log(config->fixed.access_log.empty()
                       ? nullptr
                       : std::make_unique<telemetry::AccessLog>(
                             config->fixed.access_log,
                             [this](bool error, const std::string& line) { error ? log->error(line) : log->info(line); })),
        spans(make_exporter(config->fixed, [this](bool error, const std::string& line) { error ? log->error(line) : log->info(line); })),
        proxy(control.live(), metrics, access_log.get(), tls, spans.get()),
        gates(control, gate_sources(metrics, proxy)),
        evidence(config->fixed.state + ".evidence", control.live(), gates, proxy,
                 [this](bool error, const std::string& line) { error ? log->error(line) : log->info(line); }),
        listen(config->fixed.listen),
        admin_address(config->fixed.admin),
        tokens(admin::load_or_make_tokens(config->fixed.state, options.token_file)),
        api(control, sources(), tokens.credentials),
        admin(api, config->fixed.admin) {
    if (const auto errors = tls.prepare(config); !errors.empty()) throw std::runtime_error(config::format(errors));
    tls.adopt(config);
    control.set_materials({[this](const auto& next) { return tls.prepare(next); },
                           [this](const auto& now) {
                             auto warnings = tls.adopt(now);
                             read_tokens_again(warnings);
                             return warnings;
                           }});
    control.set_numbers([this](const std::string& cutover) { return shadow_numbers(proxy, cutover); });
  }

  // Whoever was struck from the token file is let in no more after a reload.
  void read_tokens_again(std::vector<std::string>& warnings) {
    if (tokens.file.empty()) return;
    try {
      api.set_credentials(admin::load_or_make_tokens(config->fixed.state, tokens.file).credentials);
    } catch (const std::runtime_error& error) {
      warnings.push_back(std::string("the tokens of before stay in use: ") + error.what());
    }
  }

  admin::Sources sources() {
    admin::Sources out = sources_of({control, metrics, proxy, draining, listen, admin_address, tls, access_log.get(), spans.get()});
    auto gate_numbers = gate_sources(metrics, proxy);
    out.numbers = std::move(gate_numbers.numbers);
    out.bucket_end_us = gate_numbers.bucket_end_us;
    out.metrics = [this, plain = std::move(out.metrics)] { return plain() + gate_metrics(control, gates); };
    out.warnings = [this, plain = std::move(out.warnings)] {
      auto all = plain();
      if (auto problem = evidence.problem(); !problem.empty()) all.push_back(std::move(problem));
      return all;
    };
    out.readiness = [this](const std::string& cutover) { return gates.look(cutover).readiness; };
    out.all_readiness = [this] {
      std::map<std::string, cutover::Readiness> all;
      for (auto& [name, view] : gates.look_at_all()) all[name] = std::move(view.readiness);
      return all;
    };
    return out;
  }

  // Promotions ask the gates; a tripwire of the data plane rolls back from the thread that counted the last error.
  void connect_gates() {
    control.set_gatekeeper(
        [this](const std::string& cutover) {
          auto view = gates.look(cutover);
          return admin::Control::Opinion{cutover::judged(view.readiness.blocks, false), view.evidence};
        },
        [this](const std::string& cutover, const cutover::State& state) { gates.moved(cutover, state); });
    proxy.tripwires().on_trip([this](const std::string& cutover, double allowed) {
      char share[16];
      std::snprintf(share, sizeof share, "%.1f", allowed * 100);
      control.trip(cutover, {"tripwire",
                             "answers of the new side fail more often than the " + std::string(share) +
                                 " % that are allowed",
                             ""});
    });
    gates.tick();
  }

  // A router that starts while its fleet can be reached serves the fleet's stages from its first request on.
  void join_fleet() {
    if (!config->fixed.fleet) return;
    fleet_thread.follower = std::make_shared<fleet::Follower>(*config->fixed.fleet, control.fleet_member(), control.fleet_health());
    control.set_fleet_wake([follower = fleet_thread.follower] { follower->wake(); });
    fleet_thread.follower->start();
    if (!control.fleet_health().wait_until_in_step(2 * config->fixed.fleet->timeout))
      log->error("starting without the fleet, with the stages that this router knew last: {}", control.fleet_health().report().trouble);
  }

  void start() {
    evidence.restore();
    connect_gates();
    join_fleet();
    if (control.kill_file_present()) control.tick();  // before the first request, not after it
    admin.start();
    admin_address.port = admin.port();
    proxy.start();
    listen.port = proxy.port();
    evidence.start();
  }

  int stop(int signal_number) {
    log->info("signal {}: draining for up to {} ms", signal_number, config->fixed.timeouts.drain.count());
    draining = true;
    const bool whole = proxy.drain(config->fixed.timeouts.drain);
    if (!whole) log->warn("some requests were cut at the end of the drain");
    admin.stop();
    evidence.stop();
    return signal_number == SIGINT ? Exit::interrupted : Exit::done;
  }
};

}  // namespace

int serve(const Options& options) {
  config::LoadResult loaded = load_with_files(options.config);
  if (!loaded.config) {
    std::cerr << config::format(loaded.diagnostics) << loaded.diagnostics.size() << " errors; not started\n";
    return Exit::unusable;
  }
  const config::StaticSettings fixed = loaded.config->fixed;
  const InstanceLock only_one(fixed.state);
  block_signals();
  Router router(std::move(loaded.config), options);
  router.start();
  announce(options, fixed, router.listen, router.proxy.tls_port(), router.admin_address, router.tokens);
  router.log->info("serving with {} on {}", proxy::Server::event_backend(), to_string(router.listen));
  const int ended_by =
      run_loop(options.config,
               {
                   [&router](const std::string& why) { router.control.reload({why, ""}); },
                   [&router](const std::string& why) { router.control.rollback_all({why, "kill switch"}); },
                   [&router] {
                     router.control.tick();
                     router.gates.tick();
                     router.tls.tick(std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()));
                   },
               });
  const int code = router.stop(ended_by);
  std::remove(admin_note_path(fixed.state).c_str());
  return code;
}

}  // namespace banyan::cli
