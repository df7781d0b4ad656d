// Every request copied to a side that hangs, one that resets and one that sends without end: callers get legacy's answers
// byte for byte, the router's memory stays bounded, and each copy is counted once. BANYAN_SOAK_SHADOWED: how many.
#include "tests/conformance/recording_upstream.hpp"
#include "tests/soak/router_program.hpp"
#include "tests/support/bad_side.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <sstream>

namespace banyan::soak {
namespace {

using conformance::RecordingUpstream;
using support::BadSide;

constexpr const char* names[] = {"hanging", "resetting", "endless"};
constexpr std::size_t sides = 3, answers = 64;

// What legacy says of number n: its own status, fields and size.
std::string answer_of(std::size_t n) {
  const std::string body(1 + n * n % 3000, static_cast<char>('A' + n % 50));
  return (n % 7 == 0 ? "HTTP/1.1 404 Not Found\r\n" : "HTTP/1.1 200 OK\r\n") + std::string("ETag: \"") + std::to_string(n) +
         "\"\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// "GET /hanging/17?copy HTTP/1.1": 17.
std::size_t number_in(const std::string& first_line) { return std::stoul(first_line.substr(first_line.find('/', 5) + 1)); }

void serve(conformance::Wire& wire) {
  while (!wire.at_end()) wire.send(answer_of(number_in(wire.read_message().first_line)));
}

RouterOptions shadowed(const RecordingUpstream& legacy, const BadSide (&bad)[sides]) {
  RouterOptions out{.upstream = {legacy.port()}, .upstream_extra = "    idle_connections: 64\n"};
  out.cutovers = "cutovers:\n";
  for (std::size_t i = 0; i < sides; ++i) {
    const std::string name = names[i];
    // A short patience, so that places come free again and hang again.
    out.upstreams += "  " + name + ": { timeouts: { response: 500ms }, endpoints: [ \"127.0.0.1:" + std::to_string(bad[i].port()) + "\" ] }\n";
    out.cutovers += "  - { name: " + name + ", match: { methods: [ GET ], path: \"/" + name + "/**\" }, from: all, to: " + name + ", plan: [ { stage: shadow, percent: 100 } ] }\n";
  }
  return out;
}

std::string ask(conformance::Wire& wire, std::size_t side, std::size_t number) {
  wire.send("GET /" + std::string(names[side]) + "/" + std::to_string(number % answers) + " HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = wire.read_message();
  return answer.head + answer.body;
}

// Copies of a cutover by what they came to.
std::map<std::string, std::uint64_t> copies(const RouterProgram& router, const std::string& cutover) {
  std::map<std::string, std::uint64_t> out;
  std::istringstream lines(router.get("/metrics"));
  const std::string start = "banyan_router_shadow_total{cutover=\"" + cutover + "\",result=\"";
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(start))
      out[line.substr(start.size(), line.find('"', start.size()) - start.size())] = std::stoul(line.substr(line.rfind(' ') + 1));
  return out;
}

std::uint64_t sum(const std::map<std::string, std::uint64_t>& results) {
  std::uint64_t all = 0;
  for (const auto& [result, count] : results) all += count;
  return all;
}

class Shadowed : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Both, Shadowed, ::testing::Values("banyan-router-uring", "banyan-router"),
                         [](const auto& one) { return one.index == 0 ? "Uring" : "Epoll"; });

// The callers' threads take numbers until all are asked; each number goes to the next side.
std::size_t ask_all(const RouterProgram& router, std::size_t requests, const std::vector<std::string>& plain) {
  std::atomic<std::size_t> next{0}, wrong{0};
  std::vector<std::future<void>> callers;
  for (int i = 0; i < 6; ++i)
    callers.push_back(std::async(std::launch::async, [&] {
      auto wire = router.connect();
      for (std::size_t n; (n = next++) < requests;) wrong += ask(wire, n % sides, n / sides) != plain[n / sides % answers];
    }));
  for (auto& caller : callers) caller.get();
  return wrong;
}

TEST_P(Shadowed, CallersGetLegacysBytesMemoryIsBoundedAndEveryCopyIsCounted) {
  const BadSide bad[sides] = {BadSide(BadSide::Way::hangs), BadSide(BadSide::Way::resets), BadSide(BadSide::Way::endless)};
  RecordingUpstream legacy;
  legacy.run_script(serve);  // which records nothing
  RouterProgram router(GetParam(), shadowed(legacy, bad));
  std::vector<std::string> plain;  // through the router, before there is a shadow
  for (auto wire = router.connect(); plain.size() < answers;) {
    const std::string own = answer_of(plain.size());
    plain.push_back(ask(wire, 0, plain.size()));
    ASSERT_TRUE(plain.back().starts_with(own.substr(0, 15)) && plain.back().ends_with(own.substr(own.find("\r\n\r\n")))) << plain.back();
  }
  for (const char* name : names)
    ASSERT_EQ(router.post("/api/v1/cutovers/" + std::string(name) + "/promote", R"({"who":"test","why":"soak"})"), 200);
  const std::size_t warm = 3'000, requests = times("BANYAN_SOAK_SHADOWED", 12'000) / sides * sides;
  EXPECT_EQ(ask_all(router, warm, plain), 0u);
  router.forget_peak();
  const auto before = router.resident_kib();
  EXPECT_EQ(ask_all(router, requests, plain), 0u) << "answers that are not legacy's";
  EXPECT_LT(router.peak_kib(), before + 64 * 1024);
  for (std::size_t i = 0; i < sides; ++i) {
    const auto asked = (warm + requests) / sides;
    EXPECT_TRUE(support::eventually([&] { return sum(copies(router, names[i])) == asked; }, std::chrono::minutes(1))) << names[i];
    auto results = copies(router, names[i]);
    std::cout << names[i] << ": " << asked << " requests, " << results["failed"] << " copies failed, " << results["dropped"] << " dropped\n";
    EXPECT_EQ(results["equal"] + results["different"], 0u);
    EXPECT_TRUE(support::eventually([&] { return bad[i].connections() == results["failed"]; })) << "each copy is one connection";
    EXPECT_GT(results["failed"], 0u);
  }
  std::cout << requests << " requests, " << before << " KiB before, " << router.peak_kib() << " KiB at most\n";
  EXPECT_TRUE(router.ends_well());
}

}  // namespace
}  // namespace banyan::soak
