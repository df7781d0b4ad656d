#include "extracted_services/saga/advance.hpp"

#include "extracted_services/saga/verdict.hpp"
#include "tests/extracted_services/saga/model.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace banyan::saga {
namespace {

// a, b in parallel; p; r
const Definition sample =
    parse_definition(R"({"saga":"s","timeout_ms":1000,"attempt_ms":100,"backoff_ms":10,"backoff_max_ms":80,)"
                     R"("park_after":3,"steps":[)"
                     R"({"name":"a","kind":"compensatable","action":"x.do","compensation":"x.undo","timeout_ms":400},)"
                     R"({"name":"b","kind":"compensatable","action":"y.do","compensation":"y.undo","after":[]},)"
                     R"({"name":"p","kind":"pivot","action":"z.do","compensation":"z.undo"},)"
                     R"({"name":"r","kind":"retriable","action":"x.end"}]})")
        .value();
constexpr std::size_t a = 0, b = 1, p = 2, r = 3;
constexpr auto act = Direction::action, undo = Direction::compensation;

struct SagaAdvance : testing::Test {
  State state = begin(sample, 0);
  std::vector<Command> commands;
  std::optional<std::string> refused;

  void happen(const Event& event, Millis now = 0) {
    auto moved = advance(sample, state, event, now);
    state = moved.next;
    commands = moved.commands;
    refused = moved.refused;
  }
  void answer(std::size_t step, Direction direction, Verdict verdict, Millis now = 0) {
    happen(Answered{step, direction, state.steps[step].attempt, std::move(verdict), 0}, now);
  }
  void up_to_pivot() {
    happen(Started{});
    answer(a, act, Done{"{}"});
    answer(b, act, Done{"{}"});
  }
};

TEST_F(SagaAdvance, RunsIndependentStepsTogetherAndThePivotAfterBoth) {
  happen(Started{});
  EXPECT_EQ(commands, (std::vector<Command>{{a, act, 1}, {b, act, 1}}));
  answer(b, act, Done{"{}"});
  EXPECT_TRUE(commands.empty());
  answer(a, act, Done{"{}"});
  EXPECT_EQ(commands, (std::vector<Command>{{p, act, 1}}));
  answer(p, act, Done{R"({"id":7})"});
  EXPECT_EQ(commands, (std::vector<Command>{{r, act, 1}}));
  EXPECT_EQ(state.steps[p].result, R"({"id":7})");
  answer(r, act, Done{"{}"});
  EXPECT_EQ(state.status, Status::completed);
  EXPECT_FALSE(wake_at(sample, state));
}

TEST_F(SagaAdvance, ARefusalTurnsBackAndUndoesWhatIsDoneAndWhatIsUnknown) {
  happen(Started{});
  answer(a, act, Refused{"out of stock"});
  EXPECT_EQ(state.status, Status::compensating);
  EXPECT_EQ(state.why, "a was refused: out of stock");
  EXPECT_EQ(commands, (std::vector<Command>{{b, undo, 2}}));  // of unknown outcome; a has no effect
  answer(b, undo, Done{"{}"});
  EXPECT_EQ(state.status, Status::compensated);
}

TEST_F(SagaAdvance, UndoesInReverse) {
  up_to_pivot();
  answer(p, act, Refused{"declined"});
  EXPECT_EQ(commands, (std::vector<Command>{{a, undo, 2}, {b, undo, 2}}));  // independent of each other
}

TEST_F(SagaAdvance, ThePivotOfUnknownOutcomeIsUndoneFirst) {
  up_to_pivot();
  happen(Tick{}, 1000);
  EXPECT_EQ(state.why, "the saga took too long");
  EXPECT_EQ(commands, (std::vector<Command>{{p, undo, 2}}));
  answer(p, undo, Done{"{}"}, 1001);
  EXPECT_EQ(commands, (std::vector<Command>{{a, undo, 2}, {b, undo, 2}}));
}

TEST_F(SagaAdvance, AStepMayTakeOnlySoLong) {
  happen(Started{});
  answer(b, act, Done{"{}"});
  for (Millis now = 100; now < 400; now += 50) happen(Tick{}, now);
  EXPECT_EQ(state.status, Status::running);
  happen(Tick{}, 400);
  EXPECT_EQ(state.why, "a took too long");
}

TEST_F(SagaAdvance, AfterThePivotNothingTurnsBack) {
  up_to_pivot();
  answer(p, act, Done{"{}"});
  happen(Tick{}, 10'000);
  happen(Compensate{"ada"}, 10'000);
  EXPECT_EQ(refused, "the pivot p is done: from here the saga goes forward only");
  answer(r, act, Refused{"no such thing"}, 10'000);
  EXPECT_EQ(state.status, Status::running);
  EXPECT_EQ(state.steps[r].parked, "refused, though it must succeed: no such thing");
}

TEST_F(SagaAdvance, ACompensationInsistsParksVisiblyAndGoesOnByItself) {
  happen(Started{});
  happen(Compensate{"ada"});
  for (Millis now = 10; state.steps[a].failures < 3; now += 10) {
    if (state.steps[a].awaiting) answer(a, undo, Failed{"503"}, now);
    happen(Tick{}, now);
  }
  EXPECT_EQ(state.steps[a].parked, "3 failures in a row, the last: 503");
  EXPECT_TRUE(is_parked(state));
  happen(Retry{}, 500);
  EXPECT_FALSE(is_parked(state));
  ASSERT_FALSE(commands.empty());
  answer(a, undo, Done{"{}"}, 501);
  answer(b, undo, Done{"{}"}, 501);
  EXPECT_EQ(state.status, Status::compensated);
}

TEST_F(SagaAdvance, ADefiniteNoToACompensationParksAtOnce) {
  happen(Started{});
  happen(Compensate{"ada"});
  answer(a, undo, Refused{"404"});
  EXPECT_EQ(state.steps[a].parked, "the compensation was refused: 404");
  EXPECT_EQ(state.status, Status::compensating);
}

TEST_F(SagaAdvance, LateAndRepeatedAnswersChangeNothing) {
  happen(Started{});
  answer(a, act, Done{"{}"});
  const State once = state;
  answer(a, act, Done{R"({"again":1})"});
  EXPECT_EQ(state, once);
  happen(Compensate{"ada"});
  const State turned = state;
  answer(b, act, Done{"{}"});
  EXPECT_EQ(state, turned);
}

TEST_F(SagaAdvance, AnAnswerToAnAttemptGivenUpDoesNotCountAsAFailure) {
  happen(Started{});
  answer(a, act, Failed{"cut"});
  happen(Tick{}, 100);
  EXPECT_EQ(state.steps[a].attempt, 2);
  happen(Answered{a, act, 1, Failed{"late"}, 0}, 101);
  EXPECT_EQ(state.steps[a].failures, 1);
  happen(Answered{a, act, 1, Done{"{}"}, 0}, 101);  // but a yes is a yes
  EXPECT_EQ(state.steps[a].phase, Phase::done);
}

TEST_F(SagaAdvance, NotDecidedYetIsAskedAgainWithoutCountingAsAFailure) {
  happen(Started{});
  answer(a, act, Pending{}, 0);
  EXPECT_EQ(state.steps[a].failures, 0);
  EXPECT_EQ(wake_at(sample, state), 10);
  happen(Tick{}, 10);
  EXPECT_EQ(commands, (std::vector<Command>{{a, act, 2}}));
}

TEST_F(SagaAdvance, BackoffGrowsAndIsJittered) {
  happen(Started{});
  happen(Answered{a, act, 1, Failed{"cut"}, 5}, 0);
  EXPECT_EQ(state.steps[a].due, 5);  // 5 mod 11
  happen(Tick{}, 5);
  happen(Answered{a, act, 2, Failed{"cut"}, 100}, 10);
  EXPECT_EQ(state.steps[a].due, 10 + 100 % 21);
}

TEST_F(SagaAdvance, WhatHasEndedIsRefusedToOperators) {
  up_to_pivot();
  answer(p, act, Done{"{}"});
  answer(r, act, Done{"{}"});
  happen(Retry{});
  EXPECT_EQ(refused, "the saga has ended: completed");
}

TEST(SagaVerdict, WhatAnswersMean) {
  const auto of = [](int status, client::Headers headers = {}) {
    return verdict(client::Answer{status, std::move(headers), R"({"code":"c","detail":"d"})"});
  };
  EXPECT_TRUE(std::holds_alternative<Done>(of(200)));
  EXPECT_TRUE(std::holds_alternative<Done>(of(201)));
  EXPECT_TRUE(std::holds_alternative<Pending>(of(202)));
  for (const int no : {400, 402, 404, 409, 410, 422}) EXPECT_EQ(std::get<Refused>(of(no)).why, std::to_string(no) + " c: d");
  for (const int later : {408, 425, 429, 500, 502, 503, 302}) EXPECT_TRUE(std::holds_alternative<Failed>(of(later))) << later;
  EXPECT_TRUE(std::holds_alternative<Failed>(of(409, {{"Retry-After", "1"}})));  // an earlier one is in flight
  const client::Result none = client::Error{client::Failure::timeout, true, "no answer in time"};
  EXPECT_EQ(std::get<Failed>(verdict(none)).why, "timeout: no answer in time");
}

// Random definitions, random orders of events: rapidcheck shrinks to the smallest seed that fails.
TEST(SagaProperties, NoPromiseIsBrokenByAnyOrderOfEvents) {
  EXPECT_TRUE(rc::check("sagas end, with all effects or none", [] {
    const auto shape = *rc::gen::arbitrary<std::uint32_t>();
    const auto story = *rc::gen::arbitrary<std::uint32_t>();
    RC_ASSERT(saga_test::run_model(saga_test::random_definition(shape), story) == "");
  }));
}

// Whatever happens in whatever state: no crash, no forgotten saga. Events are not only those that can happen.
TEST(SagaProperties, EveryEventInEveryStateIsCovered) {
  EXPECT_TRUE(rc::check("a saga that has not ended wakes again", [] {
    const auto definition = saga_test::random_definition(*rc::gen::arbitrary<std::uint32_t>());
    State state = begin(definition, 0);
    Millis now = 0;
    for (int i = 0; i < 60; ++i) {
      now += *rc::gen::inRange(0, 200);
      const std::size_t step = *rc::gen::inRange<std::size_t>(0, definition.steps.size() + 1);
      const auto direction = *rc::gen::element(act, undo);
      const Verdict verdict = *rc::gen::element<Verdict>(Done{"{}"}, Refused{"no"}, Pending{}, Failed{"?"});
      const Event event = *rc::gen::element<Event>(Started{}, Tick{}, Retry{}, Compensate{"x"},
                                                   Answered{step, direction, *rc::gen::inRange(0, 6), verdict, 1});
      state = advance(definition, state, event, now).next;
      RC_ASSERT(is_final(state) || wake_at(definition, state).has_value());
    }
  }));
}

}  // namespace
}  // namespace banyan::saga
