// A seeded corpus: a legacy side with every kind of noise, and a new side that is right, or wrong in one place.
#include "router/compare/differ.hpp"
#include "router/compare/report.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <random>

namespace banyan::compare {
namespace {

namespace json = boost::json;

class Shop {
 public:
  explicit Shop(std::uint64_t seed) : random_(seed) {}

  // The answer about one product, asked at `ms`; what is noise differs from call to call.
  json::object answer(int product, double ms) {
    json::array items;
    for (int i = 0; i < 5; ++i) {
      const int price = 100 + (product * 37 + i * 911) % 9000;
      items.push_back(json::object{{"sku", "sku-" + std::to_string(product * 10 + i)},
                                   {"rowId", hex(12)},
                                   {"price", price / 100.0},
                                   {"weight", 1 + i + product % 7 + jitter(0.001)}});
    }
    std::shuffle(items.begin(), items.end(), random_);
    return {{"id", product},
            {"requestId", uuid()},
            {"asOf", iso(ms)},
            {"epoch", static_cast<std::int64_t>(ms)},
            {"node", std::vector<const char*>{"red", "green", "blue"}[random_() % 3]},
            {"score", 0.5 + product % 10 / 20.0 + normal_(random_) * 0.002},
            {"note", "priced in " + std::to_string(3 + random_() % 20) + " ms for " + std::to_string(product) + " units"},
            {"position", json::array{static_cast<std::int64_t>(random_() % 1000), 42}},
            {"items", std::move(items)}};
  }
  std::mt19937_64& random() { return random_; }

 private:
  double jitter(double most) { return (static_cast<double>(random_() % 20001) / 10000 - 1) * most; }
  std::string hex(int size) {
    std::string out;
    while (size-- > 0) out += "0123456789abcdef"[random_() % 16];
    return out;
  }
  std::string uuid() { return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12); }
  static std::string iso(double ms) {
    const auto whole = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    gmtime_r(&whole, &parts);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return std::string(text) + "." + std::to_string(100 + static_cast<int>(std::fmod(ms, 1000)) % 900) + "Z";
  }

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
};

using Fault = std::function<void(json::object&, int n)>;

struct Trial {
  Differ differ{Rules{}};
  std::uint64_t faulty = 0;
};

Trial run(std::uint64_t seed, int requests, const Fault& fault) {
  Trial out;
  Shop legacy(seed), fresh(seed + 1000);
  double ms = 1.79e12;
  for (int n = 0; n < requests; ++n) {
    const int product = static_cast<int>(legacy.random()() % 500);
    ms += 37;
    const std::string a = json::serialize(legacy.answer(product, ms));
    json::object answer = fresh.answer(product, ms + 20);
    if (fault) fault(answer, n);
    const std::string b = json::serialize(answer), again = json::serialize(legacy.answer(product, ms + 25));
    Exchange exchange{{"GET", "/products/" + std::to_string(product), "t"}, {200, "application/json", a}, {200, "application/json", b}};
    exchange.sampled = out.differ.sample(exchange.request, static_cast<std::uint32_t>(legacy.random()()));
    if (exchange.sampled || out.differ.first_look(exchange)) exchange.again = Answer{200, "application/json", again};
    out.differ.take(exchange, static_cast<std::int64_t>(ms));
  }
  out.differ.settle(static_cast<std::int64_t>(ms) + 60'000);
  return out;
}

TEST(F24, NoiseAloneIsNeverReported) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const Trial noisy = run(seed, 2000, {});
    EXPECT_EQ(noisy.differ.counts().different, 0u) << report_text(report_json(noisy.differ), "seed " + std::to_string(seed));
    EXPECT_EQ(noisy.differ.counts().equal, 2000u);
    // Legacy is asked twice for the first hundred and a twentieth of the rest.
    EXPECT_LT(noisy.differ.counts().pairs, 320u);
  }
}

json::object& item(json::object& answer, int i) { return answer["items"].as_array()[static_cast<std::size_t>(i)].as_object(); }

struct Hidden {
  const char* name;
  const char* path;
  Fault fault;  // as often as it likes
};

const std::vector<Hidden>& hidden() {
  static const auto once = [](const std::function<void(json::object&)>& act) {
    return [act](json::object& answer, int n) {
      if (n == 744) act(answer);
    };
  };
  static const std::vector<Hidden> all = {
      {"price", "$.items[*].price", once([](auto& a) { item(a, 2)["price"] = item(a, 2)["price"].as_double() + 0.01; })},
      {"jittering weight", "$.items[*].weight", once([](auto& a) { item(a, 1)["weight"] = item(a, 1)["weight"].as_double() + 0.05; })},
      {"score beyond its jitter", "$.score", once([](auto& a) { a["score"] = a["score"].as_double() + 0.05; })},
      {"random id of another form", "$.requestId", once([](auto& a) { a["requestId"] = "null"; })},
      {"nil id", "$.requestId", once([](auto& a) { a["requestId"] = "00000000-0000-0000-0000-000000000000"; })},
      {"random id that never changes", "$.requestId", [](auto& a, int) { a["requestId"] = "0e3c1b1e-1f4c-4b57-a3a3-91b1c0a6f5aa"; }},
      {"shorter row id", "$.items[*].rowId", once([](auto& a) { item(a, 0)["rowId"] = "abc123"; })},
      {"clock in another zone", "$.asOf", once([](auto& a) { a["asOf"] = "2026-09-21T15:00:00.000Z"; })},
      {"epoch in seconds", "$.epoch", once([](auto& a) { a["epoch"] = a["epoch"].as_int64() / 1000; })},
      {"clock as a number", "$.asOf", once([](auto& a) { a["asOf"] = 1790000000; })},
      {"value outside a small set", "$.node", once([](auto& a) { a["node"] = "mauve"; })},
      {"number in a text that keeps still", "$.note", once([](auto& a) { a["note"] = "priced in 7 ms for 1 units"; })},
      {"number in a text, far out", "$.note", once([](auto& a) {
         std::string note(a["note"].as_string());
         a["note"] = "priced in 90000" + note.substr(note.find(" ms"));
       })},
      {"fixed place beside a random one", "$.position[*]", once([](auto& a) { a["position"].as_array()[1] = 43; })},
      {"element lost from a shuffled array", "$.items[*]", once([](auto& a) { a["items"].as_array().pop_back(); })},
      {"field lost", "$.score", once([](auto& a) { a.erase("score"); })},
      {"null for a clock", "$.asOf", once([](auto& a) { a["asOf"] = nullptr; })},
  };
  return all;
}

TEST(F24, AWrongAnswerInANoisyFieldIsFoundByItsPath) {
  for (const Hidden& h : hidden()) {
    const Trial found = run(11, 1000, h.fault);
    const auto groups = found.differ.groups();
    ASSERT_FALSE(groups.empty()) << h.name;
    EXPECT_EQ(groups.size(), 1u) << h.name << report_text(report_json(found.differ), "");
    EXPECT_EQ(groups[0].shape, h.path) << h.name;
    EXPECT_NE(groups[0].sample.request.target.find("/products/"), std::string::npos);
  }
}

// One wrong price in 2,000 answers.
TEST(F24, OneWrongPriceInTwoThousandIsTheOnlyFinding) {
  const Trial found = run(21, 2000, [](auto& a, int n) {
    if (n == 1999) item(a, 4)["price"] = item(a, 4)["price"].as_double() + 1;
  });
  const auto groups = found.differ.groups();
  ASSERT_EQ(groups.size(), 1u) << report_text(report_json(found.differ), "");
  EXPECT_EQ(groups[0].shape, "$.items[*].price");
  EXPECT_EQ(groups[0].count, 1u);
  EXPECT_NE(groups[0].sample.legacy, groups[0].sample.fresh);
  EXPECT_EQ(groups[0].sample.path.substr(0, 8), "$.items[");
}

// How far off a jittering number has to be: the operating curve printed in docs/explanation/comparison.md.
// BANYAN_ROC=1 prints it at its full size.
TEST(F24, TheOperatingCurveRisesFromNothingToAlways) {
  const bool full = std::getenv("BANYAN_ROC") != nullptr;
  const int faults = full ? 500 : 40;
  std::map<double, double> found_at;
  for (const double times : {1.0, 2.0, 4.0, 8.0}) {
    // The jitter of `weight` is at most 0.001 on either side, so two answers are at most 0.002 apart.
    std::uint64_t wrong = 0;
    const Trial trial = run(31, 500 + 4 * faults, [&](auto& a, int n) {
      if (n < 500 || n % 4) return;
      ++wrong;
      auto& weight = item(a, 1)["weight"];
      weight = weight.as_double() + 0.002 * times;
    });
    std::uint64_t found = 0, false_alarms = 0;
    for (const Group& group : trial.differ.groups())
      (group.shape == "$.items[*].weight" ? found : false_alarms) += group.count;
    found_at[times] = static_cast<double>(found) / static_cast<double>(wrong);
    if (full) std::printf("off by %.0f times the largest jitter: %.1f %% found, %llu others\n", times, 100 * found_at[times], static_cast<unsigned long long>(false_alarms));
    EXPECT_EQ(false_alarms, 0u);
  }
  EXPECT_GT(found_at[4.0], 0.95);
  EXPECT_EQ(found_at[8.0], 1.0);
  EXPECT_LE(found_at[1.0], found_at[8.0]);
}

}  // namespace
}  // namespace banyan::compare
