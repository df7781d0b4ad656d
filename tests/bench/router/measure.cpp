#include "tests/bench/router/measure.hpp"

#include <algorithm>
#include <stdexcept>

namespace banyan::bench {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

void measure(Contender& contender, const Options& options, Figures& figures) {
  constexpr double limit_s = 60;
  run_load(contender.port, options.connections, options.requests / 10 + options.connections, options.rules, limit_s);
  const double before = cpu_us(contender.process->pid());
  const auto result = run_load(contender.port, options.connections, options.requests, options.rules, limit_s, {options.per_second});
  const double spent = cpu_us(contender.process->pid()) - before;
  if (result.failures != 0) throw std::runtime_error(contender.name + ": " + std::to_string(result.failures) + " requests failed");
  figures.cpu_us.push_back(spent / static_cast<double>(result.requests));
  figures.p99_ms.push_back(result.percentile_ms(0.99));
  figures.per_second.push_back(static_cast<double>(result.requests) / result.seconds);
}

}  // namespace banyan::bench
