// The mutation gate: with every rule on, nothing is broken; with any one rule off, a check notices. The code
// under test is compiled into this program with BANYAN_MUTATIONS, which gives every rule its switch.
#include "extracted_services/safety/rules.hpp"
#include "tests/extracted_services/events/promises.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <optional>

namespace banyan::safety {
namespace {
std::optional<Rule> off;
}
bool holds(Rule rule) { return off != rule; }
}  // namespace banyan::safety

namespace banyan::events_test {
namespace {

TEST(MutationGate, NothingIsBrokenWithEveryRuleOn) {
  safety::off.reset();
  EXPECT_EQ(broken_promises(5), std::vector<std::string>());
}

TEST(MutationGate, EveryRuleSwitchedOffIsNoticed) {
  for (const auto& [rule, name] : safety::all_rules) {
    safety::off = rule;
    const auto broken = broken_promises(1);
    EXPECT_FALSE(broken.empty()) << name << " can be switched off and no test notices";
    std::cout << name << ": " << (broken.empty() ? "NOT NOTICED" : broken.front()) << "\n";
  }
  safety::off.reset();
  EXPECT_GE(safety::all_rules.size(), 12u);
}

}  // namespace
}  // namespace banyan::events_test
