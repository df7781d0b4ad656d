// What spans cost: CPU per request of a router that sends them to a collector, all or a share, beside the same router
// without. Alternating rounds in one run; the exporter's thread is the router's, the collector is not.
#include "tests/bench/router/otlp_bench.hpp"

#include "tests/support/http_client.hpp"
#include "tests/support/loopback.hpp"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

namespace banyan::bench {
namespace {

// Counts the spans of every POST and answers 200.
class CountingCollector {
 public:
  CountingCollector() : acceptor_([this] { accept_all(); }) {}
  ~CountingCollector() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    threads_.clear();
    for (const int fd : open_) ::close(fd);
    ::close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint64_t spans() const { return spans_; }

 private:
  void accept_all() {
    for (int fd = 0; (fd = support::accept_from(listener_)) >= 0;) {
      open_.push_back(fd);
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  }
  void serve(int fd) {
    std::string bytes;
    std::size_t whole = 0;  // of the request, once its head is known
    for (char piece[64 * 1024];;) {
      const auto got = TEMP_FAILURE_RETRY(::recv(fd, piece, sizeof piece, 0));
      if (got <= 0) return;
      bytes.append(piece, static_cast<std::size_t>(got));
      if (whole == 0) whole = size_of(bytes);
      if (whole == 0 || bytes.size() < whole) continue;
      for (std::size_t at = 0; (at = bytes.find("\"spanId\":", at)) < whole; ++at) ++spans_;
      support::send_all(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
      bytes.erase(0, std::exchange(whole, 0));
    }
  }
  static std::size_t size_of(const std::string& bytes) {
    const auto end = bytes.find("\r\n\r\n"), length = bytes.find("Content-Length: ");
    return end == bytes.npos || length > end ? 0 : end + 4 + std::stoul(bytes.substr(length + 16));
  }

  std::uint16_t port_ = 0;
  int listener_ = support::listen_on_loopback(port_);
  std::atomic<std::uint64_t> spans_{0};
  std::vector<int> open_;
  std::vector<std::jthread> threads_;
  std::thread acceptor_;
};

// Spans that are no longer there, as the router counts them.
std::uint64_t lost(const Contender& router) {
  const auto at = router.process->wait_for_line("admin on http://");
  const auto metrics = support::HttpClient(at).get("/metrics").body;
  std::uint64_t sum = 0;
  for (const char* why : {"queue_full", "failed", "rejected"}) {
    const std::string line = "banyan_router_trace_spans_total{result=\"" + std::string(why) + "\"} ";
    if (const auto found = metrics.find(line); found != metrics.npos) sum += std::stoul(metrics.substr(found + line.size()));
  }
  return sum;
}

constexpr const char* names[] = {"without", "all traces", "5 % of them"};

void print(const std::vector<Contender>& routers, const std::vector<Figures>& figures) {
  std::printf("%-12s %12s %8s %10s %12s\n", "spans", "cpu us/req", "ratio", "p99 ms", "spans lost");
  for (std::size_t i = 0; i < routers.size(); ++i)
    std::printf("%-12s %12.2f %8.2f %10.2f %12llu\n", names[i], median(figures[i].cpu_us), median(figures[i].cpu_us) / median(figures[0].cpu_us),
                median(figures[i].p99_ms), static_cast<unsigned long long>(lost(routers[i])));
  std::printf("ratio to the round just before without, by round:\n");
  for (std::size_t i = 1; i < routers.size(); ++i) {
    std::printf("  %-12s", names[i]);
    for (std::size_t round = 0; round < figures[i].cpu_us.size(); ++round) std::printf(" %5.2f", figures[i].cpu_us[round] / figures[0].cpu_us[round]);
    std::printf("\n");
  }
}

}  // namespace

int run_otlp(const Options& options) {
  const support::TempDir folder;
  Origin origin(options.body);
  CountingCollector collector;
  const Setup setup{folder.path().string(), std::filesystem::read_symlink("/proc/self/exe").parent_path().string(), origin.port(), options.rules};
  const std::string to = "{ otlp: { endpoint: \"" + collector.url() + "\"";
  std::vector<Contender> routers;
  routers.push_back(start_banyan(setup, "without", "banyan-router"));
  routers.push_back(start_banyan(setup, "all", "banyan-router", "  tracing: " + to + " } }\n"));
  routers.push_back(start_banyan(setup, "some", "banyan-router", "  tracing: " + to + ", ratio: 5% } }\n"));
  std::vector<Figures> figures(routers.size());
  for (unsigned round = 0; round < options.rounds; ++round)
    for (std::size_t i = 0; i < routers.size(); ++i) {
      measure(routers[i], options, figures[i]);
      std::fprintf(stderr, "round %u %s\n", round + 1, names[i]);
    }
  std::printf("%zu-byte answers, %u connections, %u requests/s, %llu requests x %u rounds, %u rules, access log and metrics on; %llu spans collected\n",
              options.body, options.connections, options.per_second, static_cast<unsigned long long>(options.requests), options.rounds,
              options.rules, static_cast<unsigned long long>(collector.spans()));
  print(routers, figures);
  if (collector.spans() == 0) throw std::runtime_error("the collector got no spans");
  return 0;
}

}  // namespace banyan::bench
