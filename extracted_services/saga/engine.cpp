#include "extracted_services/saga/engine.hpp"

#include "extracted_services/safety/saga_rules.hpp"
#include "extracted_services/saga/verdict.hpp"
#include "extracted_services/service/log.hpp"

#include <boost/json.hpp>

#include <charconv>
#include <deque>
#include <stdexcept>

namespace banyan::saga {
namespace json = boost::json;
namespace {

using safety::holds;
using safety::SagaRule;

constexpr Millis after_trouble = 5'000;

const std::string& word_of(const Step& step, Direction direction) {
  return direction == Direction::action ? step.action : step.compensation;
}

json::object parse_object(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.as_object()) : json::object();
}

std::string key_of(store::Connection& db, std::int64_t id, const Step& step) {
  return origin(db) + "-" + std::to_string(id) + "-" + step.name;
}

Context context_of(store::Connection& db, const Instance& instance, const Definition& by, std::size_t step) {
  Context context{instance.id, key_of(db, instance.id, by.steps[step]), parse_object(instance.input), {},
                  instance.traceparent};
  for (std::size_t i = 0; i < by.steps.size(); ++i)
    if (!instance.state.steps[i].result.empty())
      context.results.emplace(by.steps[i].name, parse_object(instance.state.steps[i].result));
  return context;
}

// "7/1/do#2", the other way round from parcel_of.
struct Address {
  std::int64_t saga_id = 0;
  std::size_t step = 0;
  Direction direction = Direction::action;
  int attempt = 0;
};

Address parse_address(std::string_view text) {
  Address address;
  const char* const end = text.data() + text.size();
  auto at = std::from_chars(text.data(), end, address.saga_id).ptr;
  at = std::from_chars(at + 1, end, address.step).ptr;
  const std::string_view rest(at + 1, static_cast<std::size_t>(end - at - 1));
  address.direction = rest.starts_with("do") ? Direction::action : Direction::compensation;
  std::from_chars(at + 1 + rest.find('#') + 1, end, address.attempt);
  return address;
}

courier::Parcel parcel_of(const CommandRow& row) {
  const std::string id = std::to_string(row.saga_id) + "/" + std::to_string(row.step) + "/" +
                         std::string(to_word(row.direction)) + "#" + std::to_string(row.attempt);
  courier::Parcel parcel{id, row.upstream, {"POST", row.target, {}, row.body, {}, 1}};
  // One key for each attempt: what makes the step happen once is the key in the body. A stored "no" would be
  // repeated to whoever tries again after the cause has been repaired.
  parcel.call.headers.emplace_back("Idempotency-Key",
                                   row.key + "/" + std::string(to_word(row.direction)) + "/" +
                                       std::to_string(row.attempt));
  if (!row.traceparent.empty()) parcel.call.headers.emplace_back("traceparent", row.traceparent);
  parcel.call.deadline = std::chrono::milliseconds(row.attempt_ms);
  return parcel;
}

}  // namespace

const json::object& Context::result(std::string_view step) const {
  static const json::object none;
  const auto found = results.find(step);
  return found == results.end() ? none : found->second;
}

Engine::Engine(Definition definition, Participants participants)
    : definition_(std::move(definition)), participants_(std::move(participants)) {
  for (const auto& step : definition_.steps)
    for (const auto& word : {step.action, step.compensation})
      if (!word.empty() && !participants_.contains(word))
        throw std::invalid_argument("saga " + definition_.saga + ", step " + step.name + ": " + word +
                                    " is not an action of this program");
  known_.emplace(definition_.hash, definition_);
}

// Stored with the first saga that needs it; later programs find it there.
const Definition& Engine::definition_of(store::Connection& db, const Instance& instance) {
  if (!holds(SagaRule::pinned_definition)) return definition_;
  const auto found = known_.find(instance.definition);
  if (found != known_.end()) return found->second;
  const auto text = definition_text(db, instance.definition);
  auto parsed = parse_definition(text.value_or(""));
  if (!parsed) throw std::runtime_error("saga " + std::to_string(instance.id) + ": its definition cannot be read");
  return known_.emplace(instance.definition, std::move(*parsed)).first->second;
}

std::int64_t Engine::start(store::Connection& db, const std::string& subject, const json::object& input,
                           const std::string& traceparent, Millis now) {
  keep_definition(db, definition_);
  Instance instance{0,  definition_.saga,         definition_.hash, subject, json::serialize(input), traceparent,
                    begin(definition_, now), now};
  instance.id = insert(db, instance);
  handle(db, instance, Started{}, now);
  return instance.id;
}

// Local steps answer at once, and their answers are events again, until nothing local is left to do.
std::optional<std::string> Engine::handle(store::Connection& db, Instance& instance, const Event& event, Millis now) {
  const Definition& by = definition_of(db, instance);
  const State before = instance.state;
  std::optional<std::string> refused;
  std::deque<Event> events{event};
  for (; !events.empty(); events.pop_front()) {
    auto moved = advance(by, instance.state, events.front(), now);
    instance.state = std::move(moved.next);
    if (moved.refused) refused = moved.refused;
    for (const auto& command : moved.commands)
      if (auto verdict = carry_out(db, instance, by, command))
        events.push_back(Answered{command.step, command.direction, command.attempt, std::move(*verdict),
                                  static_cast<std::uint64_t>(now)});
  }
  instance.changed = now;
  drop_settled(db, instance, before);
  update(db, instance, before, wake_at(by, instance.state));
  return refused;
}

// Nothing: it has been queued for the courier.
std::optional<Verdict> Engine::carry_out(store::Connection& db, const Instance& instance, const Definition& by,
                                         const Command& command) {
  const auto& step = by.steps[command.step];
  const auto& word = word_of(step, command.direction);
  const auto found = participants_.find(word);
  if (found == participants_.end()) return Failed{"this program does not know the action " + word};
  const Context context = context_of(db, instance, by, command.step);
  if (const auto* local = std::get_if<Local>(&found->second)) return run_local(db, *local, context);
  Request request = std::get<Remote>(found->second)(context);
  if (!request.body.contains("key")) request.body["key"] = context.key;
  queue(db, {instance.id, command.step, command.direction, command.attempt, context.key, request.upstream,
             request.target, json::serialize(request.body), by.attempt_ms});
  return std::nullopt;
}

Verdict Engine::run_local(store::Connection& db, const Local& local, const Context& context) try {
  store::Savepoint effect(db, "saga_step");
  Verdict verdict = local(db, context);
  if (std::holds_alternative<Done>(verdict)) effect.keep();
  return verdict;
} catch (const std::exception& failure) {
  return Failed{failure.what()};
}

void Engine::queue(store::Connection& db, CommandRow row) {
  if (holds(SagaRule::command_with_state))
    put_command(db, row);
  else
    unsaved_.push_back(std::move(row));
}

void Engine::drop_settled(store::Connection& db, const Instance& instance, const State& before) {
  for (std::size_t i = 0; i < before.steps.size(); ++i) {
    const auto& now = instance.state.steps[i];
    if (now == before.steps[i]) continue;
    const bool acts = now.awaiting && now.phase == Phase::acting;
    const bool undoes = now.awaiting && now.phase == Phase::undoing;
    if (!acts) drop_command(db, instance.id, i, Direction::action);
    if (!undoes) drop_command(db, instance.id, i, Direction::compensation);
  }
}

service::Outcome<Instance> Engine::act(store::Connection& db, std::int64_t id, Act act, const std::string& who,
                                       const std::string& reason, Millis now) {
  auto instance = find(db, id);
  if (!instance) return service::not_found("saga " + std::to_string(id) + " not found");
  const bool back = act == Act::compensate;
  const Event event = back ? Event(Compensate{who + ": " + reason}) : Event(Retry{});
  const auto refused = handle(db, *instance, event, now);
  if (holds(SagaRule::audit_operator_acts))
    add_audit(db, id, {now, who, back ? "compensate" : "retry", reason, refused.value_or("done")});
  if (!refused) return std::move(*instance);
  service::Fault fault = service::conflict(back ? "saga_goes_forward" : "nothing_to_retry", *refused);
  fault.keeps_effect = true;  // the audit row
  return fault;
}

// One saga that cannot be read or written must not stop the others.
void Engine::guarded(store::Connection& db, std::int64_t id, Millis now, const Event& event) try {
  store::Savepoint change(db, "saga");
  if (auto instance = find(db, id)) handle(db, *instance, event, now);
  change.keep();
} catch (const std::exception& failure) {
  service::log::error("a saga could not go on", {{"saga", id}, {"error", failure.what()}});
  postpone(db, id, now + after_trouble);
}

std::vector<courier::Parcel> Engine::due(store::Connection& db, Millis now, std::size_t limit) {
  for (const auto& row : unsaved_) put_command(db, row);
  unsaved_.clear();
  for (const auto id : woken(db, now, limit)) {
    guarded(db, id, now, Tick{});
  }
  std::vector<courier::Parcel> parcels;
  for (const auto& row : commands(db, limit)) parcels.push_back(parcel_of(row));
  return parcels;
}

void Engine::answered(store::Connection& db, const courier::Parcel& parcel, const client::Result& result, Millis now,
                      std::uint64_t random) {
  const auto address = parse_address(parcel.id);
  guarded(db, address.saga_id, now,
          Answered{address.step, address.direction, address.attempt, verdict(result), random});
}

std::optional<Millis> Engine::next(store::Connection& db) { return next_wake(db); }

}  // namespace banyan::saga
