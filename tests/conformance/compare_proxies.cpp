// Runs every conformance case against banyan-router, nginx and HAProxy and prints who meets which expectation: an
// expectation that no other proxy shares deserves a reason. Exit 0 when our router passes all, else 1.
#include "tests/support/process.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace banyan::conformance {
namespace {

namespace json = boost::json;

enum class Verdict { absent, passed, failed, not_applicable };

const char* mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "pass";
    case Verdict::failed: return "FAIL";
    case Verdict::not_applicable: return "-";
    case Verdict::absent: break;
  }
  return "?";
}

using Verdicts = std::map<std::string, Verdict>;

Verdict verdict_of(const json::object& test) {
  const auto* failures = test.if_contains("failures");
  if (failures == nullptr) return Verdict::passed;
  for (const auto& failure : failures->as_array())
    if (failure.at("failure").as_string().find("not applicable:") != json::string::npos) return Verdict::not_applicable;
  return Verdict::failed;
}

Verdicts run_cases(const std::string& proxy) {
  const support::TempDir folder;
  const std::string result = (folder / "result.json").string();
  const std::string program = BANYAN_BINARY_DIR "/bin/conformance_epoll_test";
  std::fprintf(stderr, "%s ...\n", proxy.empty() ? "banyan" : proxy.c_str());
  support::run({program, "--gtest_brief=1", "--gtest_output=json:" + result}, std::chrono::minutes(20),
               {"BANYAN_CONFORMANCE_PROXY=" + proxy});
  if (!std::filesystem::exists(result)) throw std::runtime_error("the run against '" + proxy + "' left no result");
  Verdicts out;
  const json::value report = json::parse(support::read_file(result));
  for (const auto& suite : report.at("testsuites").as_array())
    for (const auto& test : suite.at("testsuite").as_array()) {
      const auto& one = test.as_object();
      std::string name(one.at("classname").as_string());
      name += "." + std::string(one.at("name").as_string());
      out[name] = verdict_of(one);
    }
  return out;
}

int run() {
  const std::vector<std::string> proxies = {"", "nginx", "haproxy"};
  std::map<std::string, std::map<std::string, Verdict>> table;
  for (const auto& proxy : proxies)
    for (const auto& [name, verdict] : run_cases(proxy)) table[name][proxy] = verdict;
  std::map<std::string, std::map<Verdict, int>> counts;
  std::printf("%-8s %-8s %-8s %s\n", "banyan", "nginx", "haproxy", "case");
  for (auto& [name, row] : table) {
    std::printf("%-8s %-8s %-8s %s\n", mark(row[""]), mark(row["nginx"]), mark(row["haproxy"]), name.c_str());
    for (const auto& proxy : proxies) ++counts[proxy][row[proxy]];
  }
  std::printf("\n%-10s %8s %8s %16s\n", "", "passed", "failed", "not applicable");
  for (const auto& proxy : proxies)
    std::printf("%-10s %8d %8d %16d\n", proxy.empty() ? "banyan" : proxy.c_str(), counts[proxy][Verdict::passed],
                counts[proxy][Verdict::failed], counts[proxy][Verdict::not_applicable]);
  return counts[""][Verdict::failed] + counts[""][Verdict::not_applicable] == 0 ? 0 : 1;
}

}  // namespace
}  // namespace banyan::conformance

int main() {
  try {
    return banyan::conformance::run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
