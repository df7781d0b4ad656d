// The second act: the monolith lets go of its stock, and orders become a saga that is killed, declined and kept waiting.
#include <boost/json.hpp>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "extracted_services/service/spans.hpp"
#include "router/telemetry/trace.hpp"
#include "tests/demo/story.hpp"
#include "tests/support/http_client.hpp"

namespace banyan::demo {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr std::int64_t price = 2499;

std::string in_words(std::int64_t value) { return std::to_string(value); }

json::object ask(const std::string& address, const std::string& target) {
  return json::parse(support::HttpClient(address).get(target).body).as_object();
}

std::int64_t number_at(const json::object& object, std::string_view key) { return object.at(key).to_number<std::int64_t>(); }

// All products of the inventory service.
struct StockSum {
  std::int64_t on_hand = 0, reserved = 0, sold = 0, received = 0;
  bool adds_up() const { return on_hand + reserved + sold == received; }
};

StockSum stock_now(const World& world) {
  StockSum sum;
  const auto page = ask(world.inventory_address(), "/v1/inventory?limit=100");
  for (const auto& row : page.at("stock").as_array()) {
    sum.on_hand += number_at(row.as_object(), "on_hand");
    sum.reserved += number_at(row.as_object(), "reserved");
    sum.sold += number_at(row.as_object(), "sold");
    sum.received += number_at(row.as_object(), "received");
  }
  return sum;
}

// An order placed through the router, as its saga knows it.
struct PlacedOrder {
  std::int64_t saga = 0, order = 0;
  std::int64_t quantity = 0;
  std::string trace;  // its id
};

using Span = service::spans::Span;

// What a browser would send: a trace that begins at the caller, and is to be recorded.
std::string new_traceparent() {
  static std::mt19937_64 random{(std::uint64_t{std::random_device{}()} << 32) | std::random_device{}()};
  return std::string(telemetry::Trace({}, random(), random(), random(), true).traceparent());
}

PlacedOrder place_by_saga(const World& world, const std::string& key, std::int64_t product, std::int64_t quantity,
                          const std::string& token = "tok_visa") {
  const json::object item{{"product_id", product},
                          {"sku", "SKU-" + std::to_string(product)},
                          {"name", "Kettle"},
                          {"quantity", quantity},
                          {"unit_price_cents", price}};
  const json::object wish{{"order", {{"customer_id", 5}, {"items", json::array{item}}}},
                          {"payment", {{"method", "card"}, {"token", token}}}};
  const auto own = new_traceparent();
  auto span = Span::named(telemetry::SpanKind::client, own, "", "POST /v1/fulfilments", Span::Clock::now());
  const auto answer = support::HttpClient(world.router_address())
                          .request("POST", "/v1/fulfilments",
                                   {{"Idempotency-Key", key}, {"Content-Type", "application/json"}, {"traceparent", own}},
                                   json::serialize(wish));
  span.number("http.response.status_code", answer.status);
  span.end();
  if (answer.status != 201) throw std::runtime_error("the order was not taken: " + answer.body);
  const auto placed = json::parse(answer.body).as_object();
  return {number_at(placed, "saga_id"), number_at(placed, "order_id"), quantity, own.substr(3, 32)};
}

json::object saga_now(const World& world, const PlacedOrder& placed) {
  return ask(world.address_of("orders"), "/v1/sagas/" + std::to_string(placed.saga));
}

std::string saga_status(const World& world, const PlacedOrder& placed) {
  return std::string(saga_now(world, placed).at("status").as_string());
}

bool has_ended(const World& world, const PlacedOrder& placed) {
  const auto status = saga_status(world, placed);
  return status == "completed" || status == "compensated";
}

bool have_ended(const World& world, const std::vector<PlacedOrder>& placed) {
  return std::all_of(placed.begin(), placed.end(), [&](const auto& one) { return has_ended(world, one); });
}

// One line: what is done and what still is to be done.
std::string saga_line(const World& world, const PlacedOrder& placed) {
  const auto saga = saga_now(world, placed);
  std::string line = std::string(saga.at("subject").as_string()) + " " + std::string(saga.at("status").as_string()) + ":";
  for (const auto& step : saga.at("steps").as_array())
    line += " " + std::string(step.at("name").as_string()) + "=" + std::string(step.at("phase").as_string());
  return line;
}

void bank_fault(const World& world, const std::string& kind, int count, int delay_ms = 0) {
  const json::object fault{{"kind", kind}, {"count", count}, {"delay_ms", delay_ms}};
  support::HttpClient(world.address_of("bank")).request("POST", "/v1/faults", {}, json::serialize(fault));
}

std::int64_t suffered(const World& world) { return number_at(ask(world.address_of("bank"), "/v1/faults"), "suffered"); }

void bank_declines(const World& world, Narrator& narrator, std::vector<PlacedOrder>& placed) {
  bank_fault(world, "decline", 1);
  placed.push_back(place_by_saga(world, "demo-declined", 11, 2));
  support::eventually([&] { return has_ended(world, placed.back()); }, seconds(60));
  narrator.tell("The bank declines: " + saga_line(world, placed.back()));
  narrator.check("a declined order is undone", saga_status(world, placed.back()) == "compensated",
                 "stock released, order cancelled, no money moved");
}

void bank_cuts(const World& world, Narrator& narrator, std::vector<PlacedOrder>& placed) {
  bank_fault(world, "cut_after", 1);
  placed.push_back(place_by_saga(world, "demo-cut", 12, 1));
  support::eventually([&] { return has_ended(world, placed.back()); }, seconds(60));
  narrator.tell("The bank takes the money and its answer is lost: " + saga_line(world, placed.back()));
  const auto twice = number_at(ask(world.address_of("bank"), "/v1/ledger"), "charged_twice");
  narrator.check("a lost answer of the bank charges nobody twice", twice == 0 && suffered(world) >= 2,
                 "asked again by key; keys charged twice: " + in_words(twice));
}

// Calls in vain for an order, as far as the collector has heard.
std::ptrdiff_t failed_calls(const World& world, const PlacedOrder& placed) {
  constexpr std::int64_t error_status = 2;
  const auto spans = world.collector().spans();
  return std::count_if(spans.begin(), spans.end(),
                       [&](const auto& span) { return span.trace_id == placed.trace && span.status == error_status; });
}

void payments_die(World& world, Narrator& narrator, std::vector<PlacedOrder>& placed) {
  const auto before = suffered(world);
  bank_fault(world, "delay_after", 1, 2500);
  placed.push_back(place_by_saga(world, "demo-killed", 13, 3));
  support::eventually([&] { return suffered(world) > before; }, seconds(30));
  world.kill_service("payments");
  narrator.tell("kill -9 of the payment service, while the bank keeps it waiting:");
  narrator.detail(saga_line(world, placed.back()));
  const auto turned = [&] { return saga_status(world, placed.back()) == "compensating"; };
  const bool turned_back = support::eventually(turned, seconds(60));
  narrator.tell("Its patience ends, the saga turns back; what the payment service has done, nobody can say yet:");
  narrator.detail(saga_line(world, placed.back()));
  placed.push_back(place_by_saga(world, "demo-meanwhile", 14, 1));
  narrator.tell("Another customer buys meanwhile; the order waits for its charge.");
  support::eventually([&] { return failed_calls(world, placed.back()) >= 3; }, seconds(10));
  world.start_service("payments");
  const bool ended = support::eventually([&] { return has_ended(world, *(placed.end() - 2)); }, seconds(60));
  narrator.tell("The payment service is back and told to cancel; what the bank had taken goes back:");
  narrator.detail(saga_line(world, *(placed.end() - 2)));
  narrator.check("killed in mid-saga: the order is undone",
                 turned_back && ended && saga_status(world, *(placed.end() - 2)) == "compensated",
                 "stock released, charge cancelled, order cancelled");
}

void check_orders(const World& world, Narrator& narrator, const std::vector<PlacedOrder>& placed, std::int64_t& shipped_units,
                  std::int64_t& shipped_cents) {
  std::int64_t shipped = 0, cancelled = 0;
  for (const auto& one : placed) {
    const auto order = ask(world.address_of("orders"), "/v1/orders/" + std::to_string(one.order));
    const std::string status(order.at("status").as_string());
    shipped += status == "shipped";
    cancelled += status == "cancelled";
    if (status != "shipped") continue;
    shipped_units += one.quantity;
    shipped_cents += number_at(order, "total_cents");
  }
  narrator.check("orders: each is shipped or cancelled", shipped + cancelled == static_cast<std::int64_t>(placed.size()) && shipped > 0,
                 in_words(static_cast<std::int64_t>(placed.size())) + " placed = " + in_words(shipped) + " shipped + " +
                     in_words(cancelled) + " cancelled");
}

void check_sums(const World& world, Narrator& narrator, const std::vector<PlacedOrder>& placed, const StockSum& stock_before,
                std::int64_t paid_before) {
  std::int64_t units = 0, cents = 0;
  check_orders(world, narrator, placed, units, cents);
  const auto stock = stock_now(world);
  narrator.check("stock: on hand + reserved + sold = received",
                 stock.adds_up() && stock.sold - stock_before.sold == units && stock.reserved == stock_before.reserved,
                 in_words(stock.on_hand) + " + " + in_words(stock.reserved) + " + " + in_words(stock.sold) + " = " +
                     in_words(stock.received) + "; sold " + in_words(stock.sold - stock_before.sold) + " more, shipped " +
                     in_words(units));
  const auto bank = ask(world.address_of("bank"), "/v1/ledger");
  const auto net = number_at(ask(world.address_of("payments"), "/v1/payments/summary"), "net_cents") - paid_before;
  narrator.check("money: bank's ledger = payments = shipped orders",
                 number_at(bank, "net_cents") == cents && net == cents && number_at(bank, "charged_twice") == 0,
                 in_words(number_at(bank, "captured_cents")) + " taken - " + in_words(number_at(bank, "refunded_cents")) +
                     " given back = " + in_words(number_at(bank, "net_cents")) + " cents at the bank; " + in_words(net) +
                     " in payments; " + in_words(cents) + " shipped");
}

// What is told last of an order that has ended.
std::vector<std::string> last_events(const World& world, const PlacedOrder& placed) {
  if (saga_status(world, placed) == "completed") return {"order-shipped", "stock-sold", "payment-captured"};
  return {"order-cancelled", "stock-released"};
}

}  // namespace

void let_go_of_the_stock(World& world, Narrator& narrator) {
  narrator.chapter("The monolith lets go of its stock: a port with two adapters");
  const auto page = [&] { return ask(world.inventory_address(), "/v1/inventory/7"); };
  const auto before = page();
  const auto own_before = world.shop_number("SELECT on_hand FROM stock WHERE product_id = 7");
  world.restart_shop_without_inventory();
  narrator.tell("$ banyan-shop --db shop.db --inventory http://" + world.inventory_address());
  const auto answer = support::HttpClient(world.router_address())
                          .request("POST", "/api/orders", {{"X-Account-Id", "7"}, {"Content-Type", "application/json"}},
                                   R"({"items":[{"product_id":7,"quantity":2}],"payment":{"method":"card","token":"tok_visa"}})");
  const auto sold = [&] { return number_at(page(), "sold") - number_at(before, "sold"); };
  support::eventually([&] { return sold() == 2; }, seconds(30));
  const auto own = world.shop_number("SELECT on_hand FROM stock WHERE product_id = 7");
  narrator.check("an order of the monolith takes its goods at the service",
                 answer.status == 201 && sold() == 2 && own == own_before,
                 "answered " + std::to_string(answer.status) + "; sold there: " + in_words(sold()) +
                     "; the monolith's own stock table: " + in_words(own_before) + " before, " + in_words(own) + " after");
}

void orders_as_a_saga(World& world, Narrator& narrator) {
  narrator.chapter("Orders leave too: a saga over orders, inventory, payments and a bank");
  for (const char* name : {"log", "bank", "payments", "orders"}) world.start_service(name);
  world.restart_inventory();
  service::spans::start(world.collector().url(), "customer", "1");
  narrator.tell("$ banyan-router promote place-order --full");
  world.router({"promote", "place-order", "--full", "--why", "only the orders service can place an order as a saga"});
  const auto stock_before = stock_now(world);
  const auto paid_before = number_at(ask(world.address_of("payments"), "/v1/payments/summary"), "net_cents");
  std::vector<PlacedOrder> placed;
  for (int i = 0; i < 6; ++i) placed.push_back(place_by_saga(world, "demo-" + std::to_string(i), 20 + i, 1 + i % 3));
  support::eventually([&] { return have_ended(world, placed); }, seconds(60));  // or one of them meets the next fault
  narrator.tell("Six orders through the router. The first: " + saga_line(world, placed.front()));
  bank_declines(world, narrator, placed);
  bank_cuts(world, narrator, placed);
  payments_die(world, narrator, placed);
  const bool ended = support::eventually([&] { return have_ended(world, placed); }, seconds(90));
  narrator.check("every saga has come to its end", ended, in_words(static_cast<std::int64_t>(placed.size())) + " sagas");
  check_sums(world, narrator, placed, stock_before, paid_before);
  service::spans::stop();  // hands over what the customers have
  draw_one_trace(world, narrator, placed.back().trace, last_events(world, placed.back()));
}

}  // namespace banyan::demo
