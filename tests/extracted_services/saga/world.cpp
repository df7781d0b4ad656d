#include "tests/extracted_services/saga/world.hpp"

#include "extracted_services/bank/bank.hpp"
#include "extracted_services/bank/schema.hpp"
#include "extracted_services/inventory/hold_api.hpp"
#include "extracted_services/inventory/schema.hpp"
#include "extracted_services/orders/fulfilment.hpp"
#include "extracted_services/orders/schema.hpp"
#include "extracted_services/outbox/outbox.hpp"
#include "extracted_services/payments/bank_calls.hpp"
#include "extracted_services/payments/charge_api.hpp"
#include "extracted_services/payments/schema.hpp"
#include "extracted_services/saga/schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>

namespace banyan::saga_test {
namespace json = boost::json;
namespace {

constexpr int most_events = 10'000;

template <class Add>
std::unique_ptr<service::Api> api_of(Add add) {
  auto api = std::make_unique<service::Api>("test", "1");
  add(*api);
  return api;
}

}  // namespace

std::string_view test_definition() {
  return R"({"saga":"order-fulfilment","timeout_ms":4000,"attempt_ms":300,"backoff_ms":20,"backoff_max_ms":400,)"
         R"("poll_ms":10,"park_after":4,"steps":[)"
         R"({"name":"create","kind":"compensatable","action":"orders.create","compensation":"orders.cancel"},)"
         R"({"name":"hold","kind":"compensatable","action":"inventory.hold","compensation":"inventory.release",)"
         R"("timeout_ms":900},)"
         R"({"name":"charge","kind":"pivot","action":"payments.charge","compensation":"payments.cancel",)"
         R"("timeout_ms":2500},)"
         R"({"name":"confirm","kind":"retriable","action":"orders.confirm"},)"
         R"({"name":"commit","kind":"retriable","action":"inventory.commit","after":["charge"]},)"
         R"({"name":"ship","kind":"retriable","action":"orders.ship","after":["confirm","commit"]}]})";
}

World::World(const std::filesystem::path& folder, std::uint64_t seed, Weather weather, std::string_view definition)
    : random_(seed), weather_(weather) {
  open(inventory_, folder / "inventory.db", "inventory", inventory::migrations());
  open(payments_, folder / "payments.db", "payments", payments::migrations());
  open(bank_, folder / "bank.db", "bank", bank::migrations());
  open(orders_, folder / "orders.db", "orders", orders::migrations());
  store::migrate(*orders_.db, "saga", saga::migrations());
  inventory_.api = api_of([](service::Api& api) { inventory::add_holds(api); });
  payments_.api = api_of([](service::Api& api) { payments::add_charges(api, [] { return true; }); });
  bank_.api = std::make_unique<service::Api>(bank::definition().api());
  inventory_.db->execute(
      "INSERT OR IGNORE INTO products VALUES (1, 'SKU-1', 'Kettle');"
      "INSERT OR IGNORE INTO warehouses VALUES ('BER', 'Berlin');"
      "INSERT OR IGNORE INTO stock VALUES (1, 'BER', 1000, 0, 0, 1000, 3)");
  load_engine(definition);
  bank_calls_ = std::make_unique<payments::BankCalls>();
  payments_caller_ = {"payments", &payments_, bank_calls_.get(), {}, 0};
}

void World::load_engine(std::string_view definition) {
  engine_ = std::make_unique<saga::Engine>(saga::parse_definition(definition).value(), orders::fulfilment_participants());
  orders_caller_ = {"orders", &orders_, engine_.get(), {}, orders_caller_.life + 1};
}

void World::open(Node& node, const std::filesystem::path& file, const std::string& owner,
                 const std::vector<store::Migration>& migrations) {
  node.db = store::open_writer(file);
  store::migrate(*node.db, "outbox", outbox::migrations(owner));  // where steps tell their events
  store::migrate(*node.db, owner, migrations);
}

template <class Act>
void World::in_transaction(store::Connection& db, Act act) {
  db.run("BEGIN IMMEDIATE");
  try {
    act();
    db.run("COMMIT");
  } catch (...) {
    if (died_ && died_()) throw Died{};
    if (db.in_transaction()) db.run("ROLLBACK");
    throw;
  }
}

std::int64_t World::place(const Order& order) {
  const json::object item{{"product_id", 1}, {"sku", "SKU-1"}, {"name", "Kettle"}, {"quantity", order.quantity},
                          {"unit_price_cents", 2499}};
  const json::object input{{"order", {{"customer_id", 5}, {"items", json::array{item}}}},
                           {"payment", {{"method", "card"}, {"token", order.token}}}};
  std::int64_t id = 0;
  in_transaction(orders(), [&] { id = engine_->start(orders(), "", input, "", now_); });
  pump(orders_caller_, nullptr);
  return id;
}

// One round of a courier: the answer that came, then what is due, in one transaction; then the sending.
void World::pump(Caller& caller, const Letter* answer) {
  std::vector<courier::Parcel> due;
  in_transaction(*caller.node->db, [&] {
    if (answer) caller.work->answered(*caller.node->db, answer->parcel, answer->result, now_, random_());
    due = caller.work->due(*caller.node->db, now_, 1000);
  });
  if (answer) caller.under_way.erase(answer->parcel.id);
  check_commands();
  for (const auto& parcel : due)
    if (caller.under_way.insert(parcel.id).second) send(caller, parcel);
}

// Exactly one answer comes back to the caller: the participant's, or its own time-out.
void World::send(Caller& caller, const courier::Parcel& parcel) {
  Letter timeout;
  timeout.is_answer = true;
  timeout.caller = &caller;
  timeout.life = caller.life;
  timeout.parcel = parcel;
  timeout.result = client::Error{client::Failure::timeout, true, "no answer in time"};
  const Millis deadline = parcel.call.deadline.count();
  post(timeout, deadline);
  if (chance(weather_.lose_request)) return;
  const int copies = chance(weather_.twice) ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    Letter request = timeout;
    request.is_answer = false;
    post(request, chance(weather_.late) ? static_cast<Millis>(random_() % static_cast<std::uint64_t>(weather_.latest))
                                        : static_cast<Millis>(1 + random_() % 5));
  }
}

void World::post(Letter letter, Millis delay) {
  letter.at = now_ + delay;
  letter.order = posted_++;
  letters_.push_back(std::move(letter));
}

void World::arrive(const Letter& letter) {
  Node& node = letter.parcel.upstream == "inventory"  ? inventory_
               : letter.parcel.upstream == "payments" ? payments_
                                                      : bank_;
  Letter answer = letter;
  answer.is_answer = true;
  answer.result = serve(node, letter.parcel.call);
  if (&node == &payments_) pump(payments_caller_, nullptr);
  if (chance(weather_.lose_answer)) return;
  post(std::move(answer), 1 + static_cast<Millis>(random_() % 5));
}

// What the dispatcher does, on this thread.
client::Answer World::serve(Node& node, const client::Call& call) {
  service::Request request;
  request.method = call.method;
  request.target = call.target;
  request.headers = call.headers;
  request.body = call.body;
  auto match = node.api->match(request.method, request.path());
  if (!match.endpoint) return {404, {}, R"({"code":"no_path"})"};
  auto action = match.endpoint->prepare(request);
  if (!action) return {action.error().status, {}, json::serialize(json::object{{"code", action.error().code}, {"detail", action.error().message}})};
  client::Answer answer;
  try {
    in_transaction(*node.db, [&] {
      store::Savepoint effect(*node.db, "effect");
      auto done = (*action)(*node.db);
      if (done || done.error().keeps_effect) effect.keep();
      if (done)
        answer = {done->status ? done->status : match.endpoint->spec.success, {}, done->body};
      else
        answer = {done.error().status, {}, json::serialize(json::object{{"code", done.error().code}, {"detail", done.error().message}})};
    });
  } catch (const std::exception& failure) {
    return {500, {}, "{}"};
  }
  return answer;
}

void World::crash(Caller& caller) {
  caller.life += 1;
  caller.under_way.clear();
  pump(caller, nullptr);
}

std::vector<World::Letter>::iterator World::first_letter() {
  return std::min_element(letters_.begin(), letters_.end(), [](const Letter& a, const Letter& b) {
    return std::tie(a.at, a.order) < std::tie(b.at, b.order);
  });
}

bool World::run() {
  for (int i = 0; i < most_events; ++i) {
    const auto saga_wakes = engine_->next(orders());
    const auto bank_wakes = bank_calls_->next(*payments_.db);
    if (chance(weather_.crash)) crash(chance(50) ? orders_caller_ : payments_caller_);
    const auto first = first_letter();
    const Millis letter_at = first == letters_.end() ? std::numeric_limits<Millis>::max() : first->at;
    // A charge that is due stays due while its call is under way: its answer is one of the letters.
    const bool bank_sleeps = bank_wakes && *bank_wakes > now_;
    if (saga_wakes && *saga_wakes < letter_at && (!bank_sleeps || *saga_wakes <= *bank_wakes)) {
      now_ = std::max(now_, *saga_wakes);
      pump(orders_caller_, nullptr);
      continue;
    }
    if (bank_sleeps && *bank_wakes < letter_at) {
      now_ = *bank_wakes;
      pump(payments_caller_, nullptr);
      continue;
    }
    if (letters_.empty()) return !saga_wakes && !bank_wakes;
    const Letter letter = std::move(*first);
    letters_.erase(first);
    now_ = std::max(now_, letter.at);
    if (!letter.is_answer)
      arrive(letter);
    else if (letter.life == letter.caller->life && letter.caller->under_way.contains(letter.parcel.id))
      pump(*letter.caller, &letter);
  }
  return false;
}

std::int64_t World::number(Node& node, const std::string& sql) {
  auto row = node.db->query(sql);
  row.next();
  return row.integer(0);
}

// A saga that waits for an answer has its command on file, at every moment at which it could die.
void World::check_commands() {
  const auto lost = number(orders_,
                           "SELECT count(*) FROM saga_steps s WHERE awaiting = 1 AND NOT EXISTS (SELECT 1 FROM"
                           " saga_commands c WHERE c.saga_id = s.saga_id AND c.step = s.step AND c.attempt = s.attempt)");
  if (lost != 0 && seen_.empty()) seen_.push_back("a saga waits for an answer to a command that is not on file");
}

std::vector<std::string> World::violations() {
  std::vector<std::string> found = seen_;
  const auto expect_zero = [&](Node& node, const std::string& what, const std::string& sql) {
    if (const auto n = number(node, sql); n != 0) found.push_back(what + ": " + std::to_string(n));
  };
  expect_zero(orders_, "sagas that have not ended",
              "SELECT count(*) FROM sagas WHERE status NOT IN ('completed', 'compensated')");
  expect_zero(orders_, "orders neither shipped nor cancelled",
              "SELECT count(*) FROM orders WHERE status NOT IN ('shipped', 'cancelled')");
  expect_zero(orders_, "completed sagas without a shipped order",
              "SELECT count(*) FROM sagas s JOIN orders o ON s.subject = 'order/' || o.id WHERE"
              " (s.status = 'completed') <> (o.status = 'shipped')");
  expect_zero(orders_, "commands left over", "SELECT count(*) FROM saga_commands");
  expect_zero(payments_, "charges left over", "SELECT count(*) FROM charges WHERE next_call <> ''");
  expect_zero(inventory_, "goods still reserved", "SELECT sum(reserved) FROM stock");
  expect_zero(inventory_, "goods lost or made up", "SELECT sum(on_hand + reserved + sold) - 1000 FROM stock");
  expect_zero(bank_, "keys charged twice",
              "SELECT count(*) FROM (SELECT 1 FROM entries WHERE kind = 'charge' GROUP BY key HAVING count(*) > 1)");
  const auto sold = number(inventory_, "SELECT sum(sold) FROM stock");
  const auto shipped = number(orders_,
                              "SELECT coalesce(sum(quantity), 0) FROM order_items JOIN orders ON orders.id = order_id"
                              " WHERE status = 'shipped'");
  if (sold != shipped) found.push_back("sold " + std::to_string(sold) + ", shipped " + std::to_string(shipped));
  const auto owed = number(orders_, "SELECT coalesce(sum(total_cents), 0) FROM orders WHERE status = 'shipped'");
  const auto kept = number(payments_,
                           "SELECT coalesce(sum(amount_cents - refunded_cents), 0) FROM payments"
                           " WHERE status IN ('captured', 'partly_refunded', 'refunded')");
  const auto moved = number(bank_,
                            "SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents ELSE -amount_cents END), 0)"
                            " FROM entries");
  if (kept != owed || moved != owed)
    found.push_back("shipped orders are worth " + std::to_string(owed) + ", payments kept " + std::to_string(kept) +
                    ", the bank moved " + std::to_string(moved));
  return found;
}

ScratchFolder::ScratchFolder() {
  const std::filesystem::path memory = "/dev/shm";
  std::error_code no_memory;
  const bool usable = std::filesystem::space(memory, no_memory).available > 200u << 20 && !no_memory;
  std::string pattern = ((usable ? memory : std::filesystem::temp_directory_path()) / "banyan-saga-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch folder");
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace banyan::saga_test
