// What gates have counted, over a restart: a second Control and a second Gatekeeper on the same journal, whose counters begin at nothing.
#include "router/admin/gatekeeper.hpp"
#include "tests/router/admin/fixture.hpp"

namespace banyan::admin {
namespace {

using cutover::Verb;
using cutover::Verdict;

std::string shop_with(const std::string& compare) {
  return "version: 1\n"
         "static: { state: \"state.db\" }\n"
         "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
         "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, orders: { endpoints: [ \"b:1\" ] } }\n"
         "gates: { few: { min_samples: 100, error_rate: { max: 5% } } }\n"
         "cutovers:\n"
         "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders, " + compare + "\n"
         "      plan: [ { stage: canary, percent: 5, gate: [ few ] }, { stage: canary, percent: 25, gate: [ few ] }, { stage: live, gate: [ few ] } ] }\n";
}

class EvidenceOverRestarts : public testing::Test {
 protected:
  struct Process {
    explicit Process(Shop& shop) : control(shop.open()) {
      control->set_gatekeeper([this](const std::string& name) { return Control::Opinion{cutover::judged(gates.look(name).readiness.blocks, false), "{}"}; },
                              [this](const std::string& name, const cutover::State& state) { gates.moved(name, state); });
    }
    void answer(std::uint64_t requests, std::uint64_t errors = 0) {
      numbers["orders"].fresh.requests += requests;
      numbers["orders"].fresh.upstream_errors += errors;
    }
    cutover::Condition seen() {
      const auto results = gates.look("orders").results;
      return results.empty() ? cutover::Condition{} : results.front().conditions.front();
    }
    std::unique_ptr<Control> control;
    std::map<std::string, cutover::Numbers> numbers;
    Gatekeeper gates{*control, {[this] { return numbers; }, [](std::size_t i) { return std::uint64_t{i + 1}; }, {}}};
  };
  void SetUp() override {
    process_ = std::make_unique<Process>(shop_);
    promote();
  }
  template <class Kept>
  void start_with(const Kept& kept) {
    process_.reset();
    process_ = std::make_unique<Process>(shop_);
    process_->gates.restore(kept);
  }
  void restart() {
    start_with(process_->gates.evidence());
    process_->gates.tick();
  }
  void promote(bool force = false) {
    cutover::Command command;
    command.force = force;
    const auto done = process_->control->command("orders", command, ada);
    ASSERT_TRUE(done) << done.error().what;
  }
  Shop shop_{shop_with("")};
  std::unique_ptr<Process> process_;
};

TEST_F(EvidenceOverRestarts, IsKeptAndAddedToOnce) {
  process_->answer(60);
  EXPECT_EQ(process_->seen().have, 60u);
  for (int i = 0; i < 3; ++i) restart();
  EXPECT_EQ(process_->seen().have, 60u) << "three restarts count nothing twice";
  process_->answer(39);
  EXPECT_EQ(process_->seen().have, 99u);
  process_->answer(201);
  EXPECT_EQ(process_->seen().verdict, Verdict::pass) << process_->seen().words;
  restart();
  EXPECT_EQ(process_->seen().verdict, Verdict::pass);
  EXPECT_EQ(process_->gates.evidence().at("orders").numbers.fresh.requests, 300u);
}

TEST_F(EvidenceOverRestarts, ErrorsOfBeforeStillCount) {
  process_->answer(150, 60);
  restart();
  EXPECT_EQ(stage(*process_->control, "orders"), "rolled_back") << "a restart does not save a new side that is worse";
}

TEST_F(EvidenceOverRestarts, AHoldAndItsEndAreTheSameStep) {
  process_->answer(60);
  ASSERT_TRUE(process_->control->command("orders", command(Verb::hold), ada));
  restart();
  ASSERT_TRUE(process_->control->command("orders", command(Verb::resume), ada));
  EXPECT_EQ(process_->seen().have, 60u);
}

TEST_F(EvidenceOverRestarts, AnotherStepStartsAnew) {
  process_->answer(60);
  const auto kept = process_->gates.evidence();
  promote(true);
  EXPECT_EQ(process_->seen().have, 0u);
  start_with(kept);  // written before the promotion, as after a crash
  EXPECT_EQ(process_->seen().have, 0u);
}

TEST_F(EvidenceOverRestarts, TheSameStepEnteredAgainStartsAnew) {
  process_->answer(60);
  const auto kept = process_->gates.evidence();
  ASSERT_TRUE(process_->control->command("orders", command(Verb::rollback), ada));
  const auto now = [] { return cutover::format_time(std::chrono::system_clock::now()); };
  ASSERT_TRUE(support::eventually([&now, then = now()] { return now() != then; })) << "steps are told apart by the millisecond";
  promote();  // nobody has looked in between
  EXPECT_EQ(process_->seen().have, 0u);
  start_with(kept);
  EXPECT_EQ(process_->seen().have, 0u);
}

TEST_F(EvidenceOverRestarts, AChangedDefinitionStartsAnewAChangedGateDoesNot) {
  process_->answer(60);
  std::string other_gate = shop_with("");
  other_gate.replace(other_gate.find("min_samples: 100"), 16, "min_samples: 200");
  shop_.write(other_gate);
  restart();
  EXPECT_EQ(process_->seen().have, 60u);
  shop_.write(shop_with("compare: { json: { ignore: [ \"$.a\" ] } },"));
  restart();
  EXPECT_EQ(process_->seen().have, 0u);
  process_->answer(10);
  EXPECT_EQ(process_->seen().have, 10u);
  shop_.write(shop_with("compare: { json: { ignore: [ \"$.b\" ] } },"));
  ASSERT_TRUE(process_->control->reload(ada).ok);
  EXPECT_EQ(process_->seen().have, 0u) << "a reload is no other than a restart";
}

TEST_F(EvidenceOverRestarts, LayoutAndCommentsAreNoDefinition) {
  process_->answer(60);
  std::string text = shop_with("");
  text.replace(text.find(", to: orders, \n"), 15, ",  # a comment\n      to: \"orders\",\n");
  shop_.write(text);
  restart();
  EXPECT_EQ(process_->seen().have, 60u);
}

}  // namespace
}  // namespace banyan::admin
