// `./banyan bench services`: what the services' promises cost, as ratios to what the same disk does without
// them in the same run.
#include "tests/bench/services/figures.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>

namespace banyan::services_bench {
namespace {

namespace json = boost::json;

void print(const std::vector<Figure>& figures) {
  std::printf("%-50s %12s %-9s %8s  %s\n", "measured", "value", "", "ratio", "to");
  for (const auto& figure : figures)
    std::printf("%-50s %12.2f %-9s %8.2f  %s (%.2f)%s%s\n", figure.what.c_str(), figure.value, figure.unit.c_str(),
                figure.ratio(), figure.peer.c_str(), figure.peer_value, figure.bar.empty() ? "" : "; bar: ",
                figure.bar.c_str());
}

json::array as_json(const std::vector<Figure>& figures) {
  json::array all;
  for (const auto& figure : figures)
    all.push_back(json::object{{"what", figure.what},       {"value", figure.value},
                               {"unit", figure.unit},       {"peer", figure.peer},
                               {"peer_value", figure.peer_value}, {"ratio", figure.ratio()},
                               {"bar", figure.bar}});
  return all;
}

int measure(const Scale& scale, const std::string& json_file) {
  const auto storage = measure_storage(scale);
  auto figures = storage.figures;
  for (auto& figure : measure_poison(scale)) figures.push_back(std::move(figure));
  for (auto& figure : measure_orders(scale, storage.commits)) figures.push_back(std::move(figure));
  print(figures);
  if (json_file.empty()) return 0;
  std::ofstream out(json_file);
  out << json::serialize(json::object{{"figures", as_json(figures)}}) << "\n";
  if (!out.flush()) throw std::runtime_error(json_file + ": cannot be written");
  return 0;
}

}  // namespace
}  // namespace banyan::services_bench

int main(int argc, char** argv) {
  using namespace banyan::services_bench;
  Scale scale;
  std::string json_file;
  CLI::App app{"Event log, relay, consumers and sagas beside plain commits and appends, in the same run"};
  app.add_option("--seconds", scale.seconds, "Of each measured stretch")->check(CLI::Range(0.2, 60.0))->capture_default_str();
  app.add_option("--orders", scale.orders, "Placed with and without a saga")->check(CLI::Range(1, 100'000))->capture_default_str();
  app.add_option("--clients", scale.clients, "Connections that place them")->check(CLI::Range(1, 64))->capture_default_str();
  app.add_option("--json", json_file, "Also write the figures to this file");
  CLI11_PARSE(app, argc, argv);
  try {
    return measure(scale, json_file);
  } catch (const std::exception& failure) {
    std::cerr << "services_bench: " << failure.what() << "\n";
    return 2;
  }
}
