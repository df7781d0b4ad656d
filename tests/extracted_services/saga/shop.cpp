#include "tests/extracted_services/saga/shop.hpp"

#include "extracted_services/store/connection.hpp"

namespace banyan::services_test {
namespace json = boost::json;
namespace {

// The shipped definition with shorter pauses, so that a test need not wait for them.
constexpr const char* definition =
    R"({"saga":"order-fulfilment","timeout_ms":20000,"attempt_ms":700,"backoff_ms":20,"backoff_max_ms":500,)"
    R"("poll_ms":5,"park_after":6,"steps":[)"
    R"({"name":"create","kind":"compensatable","action":"orders.create","compensation":"orders.cancel"},)"
    R"({"name":"hold","kind":"compensatable","action":"inventory.hold","compensation":"inventory.release",)"
    R"("timeout_ms":8000},)"
    R"({"name":"charge","kind":"pivot","action":"payments.charge","compensation":"payments.cancel","timeout_ms":8000},)"
    R"({"name":"confirm","kind":"retriable","action":"orders.confirm"},)"
    R"({"name":"commit","kind":"retriable","action":"inventory.commit","after":["charge"]},)"
    R"({"name":"ship","kind":"retriable","action":"orders.ship","after":["confirm","commit"]}]})";

}  // namespace

SagaShop::SagaShop(int units, const ShopOptions& options) : log_named_(options.log && options.named_at_start) {
  make_inventory(file("inventory.db"), units);
  support::write_file(file("saga.json"), definition);
  std::vector<std::string> names{"bank", "inventory", "payments", "orders"};
  if (options.log) names.insert(names.begin(), "log");
  for (const auto& name : names) ports_[name] = support::free_port();
  auto seed = options.seed;
  for (const auto& name : names)
    if (options.faulty_network && name != "orders")
      links_[name] = std::make_unique<FaultyLink>(ports_.at(name), seed++, options.damaging);
  for (const auto& name : names) start(name);
}

std::string SagaShop::way_to(const std::string& name) const {
  const auto link = links_.find(name);
  return link == links_.end() ? url(name) : "127.0.0.1:" + std::to_string(link->second->port());
}

int SagaShop::calm() {
  int faults = 0;
  for (const auto& [name, link] : links_) {
    link->calm();
    faults += link->faults();
  }
  return faults;
}

int SagaShop::damaged() const {
  int bits = 0;
  for (const auto& [name, link] : links_) bits += link->damaged();
  return bits;
}

void SagaShop::start(const std::string& name) {
  running_.erase(name);
  std::vector<std::string> argv{program("banyan-" + name), "run", "--db", file(name + ".db").string(), "--port",
                                std::to_string(ports_.at(name)), "--log-level", "warn"};
  if (name == "payments") argv.insert(argv.end(), {"--bank", way_to("bank")});
  if (name == "orders")
    argv.insert(argv.end(), {"--inventory", way_to("inventory"), "--payments", way_to("payments"), "--saga-definition",
                             file("saga.json").string()});
  if (log_named_ && name != "bank" && name != "log") argv.insert(argv.end(), {"--log", "http://" + way_to("log")});
  running_[name] = std::make_unique<Running>(argv, file(name + ".log"));
}

std::int64_t SagaShop::place(const std::string& key, int quantity, const std::string& token) {
  const json::object item{
      {"product_id", 1}, {"sku", "SKU-1"}, {"name", "Kettle"}, {"quantity", quantity}, {"unit_price_cents", 2499}};
  const json::object wish{{"order", {{"customer_id", 5}, {"items", json::array{item}}}},
                          {"payment", {{"method", "card"}, {"token", token}}}};
  try {
    const auto answer =
        client("orders").request("POST", "/v1/fulfilments", {{"Idempotency-Key", key}}, json::serialize(wish));
    return answer.status == 201 ? json::parse(answer.body).at("saga_id").as_int64() : 0;
  } catch (const std::runtime_error&) {
    return 0;
  }
}

json::object SagaShop::get(const std::string& name, const std::string& target) const {
  return json::parse(client(name).get(target).body).as_object();
}

void SagaShop::bank_fault(const std::string& kind, int count, int delay_ms) {
  client("bank").request("POST", "/v1/faults", {},
                         json::serialize(json::object{{"kind", kind}, {"count", count}, {"delay_ms", delay_ms}}));
}

std::int64_t SagaShop::number(const std::string& name, const std::string& sql) const {
  const auto db = store::open_reader(file(name + ".db"));
  auto row = db->query(sql);
  row.next();
  return row.integer(0);
}

std::string SagaShop::rows(const std::string& name, const std::string& sql) const {
  const auto db = store::open_reader(file(name + ".db"));
  auto row = db->query(sql);
  std::string text;
  for (; row.next(); text += "\n")
    for (int i = 0; i < row.statement().getColumnCount(); ++i) text += row.text(i) + " ";
  return text;
}

bool SagaShop::settle(std::chrono::milliseconds deadline) {
  return support::eventually(
      [this] {
        return number("orders", "SELECT count(*) FROM sagas WHERE status IN ('running', 'compensating')") == 0 &&
               number("payments", "SELECT count(*) FROM charges WHERE next_call <> ''") == 0;
      },
      deadline);
}

std::vector<std::string> SagaShop::violations(int units) const {
  std::vector<std::string> found;
  const auto expect = [&](const std::string& what, std::int64_t is, std::int64_t must_be) {
    if (is != must_be) found.push_back(what + ": " + std::to_string(is) + " instead of " + std::to_string(must_be));
  };
  expect("orders neither shipped nor cancelled",
         number("orders", "SELECT count(*) FROM orders WHERE status NOT IN ('shipped', 'cancelled')"), 0);
  expect("commands left over", number("orders", "SELECT count(*) FROM saga_commands"), 0);
  const auto stock = get("inventory", "/v1/inventory/1");
  expect("on hand + reserved + sold",
         stock.at("on_hand").as_int64() + stock.at("reserved").as_int64() + stock.at("sold").as_int64(), units);
  expect("reserved", stock.at("reserved").as_int64(), 0);
  expect("sold", stock.at("sold").as_int64(),
         number("orders", "SELECT coalesce(sum(quantity), 0) FROM order_items JOIN orders ON orders.id = order_id"
                          " WHERE status = 'shipped'"));
  const auto owed = number("orders", "SELECT coalesce(sum(total_cents), 0) FROM orders WHERE status = 'shipped'");
  const auto paid = get("payments", "/v1/payments/summary");
  const auto moved = get("bank", "/v1/ledger");
  expect("captured - refunded", paid.at("net_cents").as_int64(), owed);
  expect("the bank's own ledger", moved.at("net_cents").as_int64(), owed);
  expect("captured at the bank", moved.at("captured_cents").as_int64(), paid.at("captured_cents").as_int64());
  expect("keys charged twice", moved.at("charged_twice").as_int64(), 0);
  return found;
}

}  // namespace banyan::services_test
