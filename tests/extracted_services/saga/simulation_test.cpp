// Seeded simulations. Every failure prints its seed; one command replays it:
//   BANYAN_SEED=4711 build/release/bin/saga_simulation_test
// More of them: BANYAN_SEEDS=5000.
#include "tests/extracted_services/saga/model.hpp"
#include "tests/extracted_services/saga/switches.hpp"
#include "tests/extracted_services/saga/world.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>

namespace banyan::saga_test {
namespace {

using safety::SagaRule;

const Weather storm{.lose_request = 8, .lose_answer = 8, .late = 8, .twice = 12, .crash = 2, .latest = 6000};

// Late messages overtake time-outs and what was sent after them.
const Weather fog{.lose_request = 5, .lose_answer = 5, .late = 60, .twice = 5, .crash = 1, .latest = 6000};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string simulate(std::uint64_t seed) {
  const ScratchFolder folder;
  World world(folder.path(), seed, seed % 2 == 0 ? storm : fog);
  std::mt19937_64 dice(seed ^ 0x5eed);
  for (int i = 0; i < 6; ++i) {
    const auto roll = dice() % 10;
    world.place({.quantity = roll == 0 ? 999 : static_cast<int>(1 + dice() % 3),
                 .token = roll == 1 ? "tok_declined" : "tok_visa"});
  }
  std::string words;
  if (!world.run()) words = "does not come to an end; ";
  for (const auto& violation : world.violations()) words += violation + "; ";
  return words;
}

// Runs checks until one notices something; what it notices, or nothing.
std::string model_notices(std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    if (const auto broken = run_model(random_definition(seed), seed); !broken.empty())
      return "model, seed " + std::to_string(seed) + ": " + broken;
  return {};
}

std::string world_notices(std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    if (const auto broken = simulate(seed); !broken.empty()) return "world, seed " + std::to_string(seed) + ": " + broken;
  return {};
}

// An order begun by one definition, finished by a program that has another.
std::string pinned_notices() {
  const ScratchFolder folder;
  World world(folder.path(), 1, {.lose_request = 100, .until = 1500});
  const auto id = world.place({});
  const auto began = saga::find(world.orders(), id)->definition;
  std::string other(test_definition());
  const std::string was = R"("timeout_ms":900)";
  other.replace(other.find(was), was.size(), R"("timeout_ms":1300)");
  world.load_engine(other);
  if (world.engine().definition().hash == began) return "the test's definitions are the same";
  if (!world.run()) return "does not come to an end";
  const auto ended = saga::find(world.orders(), id);
  if (ended->definition != began) return "the hash changed";
  // Nothing reached the others: it must have turned back by the time-outs of the definition it began with.
  if (ended->state.status != saga::Status::compensated) return "not compensated";
  if (ended->state.why != "hold took too long") return "turned back because " + ended->state.why;
  return ended->changed - ended->state.started < 900 || ended->state.steps[1].since != ended->state.started + 900
             ? "the hold was given up after " + std::to_string(ended->state.steps[1].since - ended->state.started) + " ms"
             : "";
}

std::string audit_notices() {
  const ScratchFolder folder;
  World world(folder.path(), 1, {.lose_request = 100, .until = 1500});
  const auto id = world.place({});
  using Act = saga::Engine::Act;
  auto& db = world.orders();
  db.run("BEGIN IMMEDIATE");
  const bool retried = world.engine().act(db, id, Act::retry, "ada", "look", world.now()).has_value();
  const bool turned = world.engine().act(db, id, Act::compensate, "ada", "stop", world.now()).has_value();
  const bool again = world.engine().act(db, id, Act::compensate, "ada", "stop", world.now()).has_value();
  db.run("COMMIT");
  if (!retried || !turned || again) return "the acts were not answered as they should";
  const auto rows = saga::audit_of(db, id);
  if (rows.size() != 3) return std::to_string(rows.size()) + " audit rows for 3 acts";
  return rows[2].outcome == "the saga is compensating already" ? "" : "the audit says " + rows[2].outcome;
}

TEST(SagaSimulation, TheModelKeepsItsPromises) {
  const auto seeds = from_environment("BANYAN_SEEDS", 3000);
  if (const auto seed = from_environment("BANYAN_SEED", 0)) {
    EXPECT_EQ(run_model(random_definition(seed), seed), "") << "seed " << seed;
    return;
  }
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    ASSERT_EQ(run_model(random_definition(seed), seed), "") << "replay: BANYAN_SEED=" << seed;
  std::cout << seeds << " sagas of random definitions, no promise broken\n";
}

TEST(SagaSimulation, FourServicesAddUpInAStorm) {
  if (const auto seed = from_environment("BANYAN_SEED", 0)) {
    EXPECT_EQ(simulate(seed), "") << "seed " << seed;
    return;
  }
  const auto seeds = from_environment("BANYAN_SEEDS", 60);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    ASSERT_EQ(simulate(seed), "") << "replay: BANYAN_SEED=" << seed;
  std::cout << seeds << " storms, 6 orders each: stock, money and orders add up\n";
}

TEST(SagaSimulation, TheSameSeedGivesTheSameStory) {
  const auto story = [](std::uint64_t seed) {
    const ScratchFolder folder;
    World world(folder.path(), seed, storm);
    for (int i = 0; i < 3; ++i) world.place({});
    world.run();
    auto row = world.orders().query("SELECT group_concat(status || attempt || phase || since) FROM saga_steps, sagas");
    row.next();
    return row.text(0) + std::to_string(world.now());
  };
  EXPECT_EQ(story(7), story(7));
  EXPECT_NE(story(7), story(8));
}

TEST(SagaSimulation, AnInstanceFinishesByTheDefinitionItBeganWith) { EXPECT_EQ(pinned_notices(), ""); }
TEST(SagaSimulation, OperatorsLeaveAnAuditRow) { EXPECT_EQ(audit_notices(), ""); }

// The mutation gate.
TEST(SagaGate, EveryRuleSwitchedOffIsNoticed) {
  const auto seeds = from_environment("BANYAN_SEEDS", 60);
  for (const auto& [rule, name] : safety::all_saga_rules) {
    const safety::Without without(rule);
    std::string noticed;
    try {
      noticed = model_notices(300);
      if (noticed.empty()) noticed = audit_notices();
      if (noticed.empty() && rule == SagaRule::pinned_definition) noticed = pinned_notices();
      if (noticed.empty()) noticed = world_notices(seeds);
    } catch (const std::exception& failure) {
      noticed = std::string("exception: ") + failure.what();
    }
    EXPECT_NE(noticed, "") << name << " can be switched off and nobody notices";
    std::cout << name << ": " << noticed << "\n";
  }
}

}  // namespace
}  // namespace banyan::saga_test
