// What one lookup among the rules costs, at 10, 1,000 and 100,000 rules, beside the floor of the same run: one probe of a
// std::unordered_map<std::string, int> that holds the same paths. `warm` asks for 64 targets again and again, as the
// popular endpoints of a site are; `cold` asks for every rule in a random order, so that most of its memory is not cached.
#include "router/matching/rule_table.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <unordered_map>

namespace banyan::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A third each of exact paths, parameters and prefixes, half of them for GET only.
std::string pattern(unsigned i) {
  const std::string stem = "/api/area" + std::to_string(i % 97) + "/thing" + std::to_string(i);
  return i % 3 == 0 ? stem : i % 3 == 1 ? stem + "/{id}" : stem + "/**";
}
std::string target(unsigned i) {
  const std::string stem = "/api/area" + std::to_string(i % 97) + "/thing" + std::to_string(i);
  return i % 3 == 0 ? stem : stem + "/4711";
}

matching::RuleTable table(unsigned rules) {
  std::vector<matching::Rule> out(rules);
  for (unsigned i = 0; i < rules; ++i) {
    matching::parse_path(pattern(i), out[i].path);
    if (i % 2 == 0) out[i].methods = {"GET", "HEAD"};
  }
  return matching::RuleTable(std::move(out));
}

std::vector<std::string> targets(unsigned rules, bool warm, std::size_t lookups) {
  std::mt19937 random(11);
  std::vector<std::string> out;
  out.reserve(lookups);
  const unsigned some = warm ? std::min(rules, 64u) : rules;
  for (std::size_t i = 0; i < lookups; ++i) out.push_back(target(static_cast<unsigned>(random() % some) * 7919u % rules));
  return out;
}

template <class Look>
double ns_each(const std::vector<std::string>& targets, unsigned rounds, Look look) {
  double best = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    const auto start = Clock::now();
    for (const auto& one : targets) look(one);
    const double ns = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    if (round == 0 || ns < best) best = ns;
  }
  return best / static_cast<double>(targets.size());
}

struct Figures {
  double find = 0;
  double floor = 0;
};

Figures measure(unsigned rules, bool warm, std::size_t lookups, unsigned rounds) {
  const auto ours = table(rules);
  std::unordered_map<std::string, int> map;
  for (unsigned i = 0; i < rules; ++i) map.emplace(target(i), static_cast<int>(i));
  const auto asked = targets(rules, warm, lookups);
  std::size_t missed = 0, held = 0;
  Figures out;
  out.find = ns_each(asked, rounds, [&](const std::string& text) {
    matching::RequestView request;
    request.method = "GET";
    request.target = request.path = text;
    request.host = "shop.example.org";
    missed += ours.find(request) == matching::no_rule;
  });
  out.floor = ns_each(asked, rounds, [&](const std::string& text) { held += map.find(text) != map.end(); });
  if (missed != 0 || held != asked.size() * rounds) throw std::runtime_error("a lookup went wrong");
  return out;
}

int run(std::size_t lookups, unsigned rounds) {
  for (const bool warm : {true, false}) {
    double first = 0;
    std::printf("%-6s %9s %10s %10s %14s %16s\n", "", "rules", "ns/lookup", "map probe", "ratio to probe", "ratio to 10 rules");
    for (const unsigned rules : {10u, 1'000u, 100'000u}) {
      const auto figures = measure(rules, warm, lookups, rounds);
      if (first == 0) first = figures.find;
      std::printf("%-6s %9u %10.0f %10.0f %14.2f %16.2f\n", warm ? "warm" : "cold", rules, figures.find, figures.floor,
                  figures.find / figures.floor, figures.find / first);
    }
  }
  return 0;
}

}  // namespace
}  // namespace banyan::bench

int main(int argc, char** argv) {
  CLI::App app("Nanoseconds per lookup among the rules, beside one probe of a hash map.\n\nExample:\n  matching_bench --lookups 200000");
  std::size_t lookups = 200'000;
  unsigned rounds = 7;
  app.add_option("--lookups", lookups, "lookups in each round")->check(CLI::Range(1000, 10'000'000));
  app.add_option("--rounds", rounds, "rounds; the fastest counts")->check(CLI::Range(1, 100));
  try {
    app.parse(argc, argv);
    return banyan::bench::run(lookups, rounds);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
