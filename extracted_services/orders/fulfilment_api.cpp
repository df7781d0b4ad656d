#include "extracted_services/orders/fulfilment_api.hpp"

#include "extracted_services/courier/courier.hpp"
#include "extracted_services/saga/api.hpp"
#include "extracted_services/saga/console.hpp"
#include "extracted_services/saga/schema.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <fstream>
#include <sstream>

namespace banyan::orders {
namespace json = boost::json;

using service::Call;
using service::None;

struct Placed {
  std::int64_t saga_id = 0;
  std::int64_t order_id = 0;
  std::string number;
  std::string status;
  std::int64_t total_cents = 0;
  std::string saga;  // where to follow it
};
BOOST_DESCRIBE_STRUCT(Placed, (), (saga_id, order_id, number, status, total_cents, saga))

std::string aggregate_of(const Placed& placed) { return "order/" + std::to_string(placed.order_id); }

namespace {

// What the endpoints and the work beside them share.
struct Fulfilments {
  std::string inventory;  // --inventory; empty: not known
  std::string payments;   // --payments
  std::string definition_file;
  // Made when the service begins to run; lives as long as this.
  std::shared_ptr<std::unique_ptr<saga::Engine>> engine = std::make_shared<std::unique_ptr<saga::Engine>>();
  courier::Mailbox mailbox;
};

std::optional<service::Fault> wrong_with(const FulfilmentWish& wish) {
  const auto& payment = wish.payment;
  if (payment.method != "card" && payment.method != "transfer")
    return service::bad_request("payment.method must be card or transfer", "/payment/method");
  if (payment.method == "card" && !payment.token)
    return service::bad_request("payment.token is required", "/payment/token");
  const auto order = new_order(wish.order);
  std::int64_t total = order.tax_cents + order.shipping_cents - order.discount_cents;
  for (const auto& item : order.items) total += item.quantity * item.unit_price_cents;
  if (total < 1)
    return service::bad_request("the order's total must be at least 1 cent", "/order/items");
  return std::nullopt;
}

Outcome<Placed> place(Fulfilments& fulfilments, const Call<None, FulfilmentWish>& call, store::Connection& db) {
  if (auto wrong = wrong_with(call.body)) return std::move(*wrong);
  if (!*fulfilments.engine || !fulfilments.mailbox.wake())
    return service::Fault{503, "no_participants", "the other services are not known", {},
                          "start the service with --inventory HOST:PORT and --payments HOST:PORT"};
  const auto input = service::Field<FulfilmentWish>::write(call.body).as_object();
  const auto id = (*fulfilments.engine)->start(db, "", input, call.traceparent, saga::wall_clock());
  const auto instance = saga::find(db, id);
  const auto& created = instance->state.steps.front();
  // Nothing stays of a saga whose first step, ours, said no: the caller corrects the order and comes again.
  if (created.phase != saga::Phase::done) return service::bad_request(instance->state.why, "/order");
  const auto result = json::parse(created.result).as_object();
  const auto order = require_order(db, result.at("order_id").as_int64());
  if (!order) return order.error();
  return Placed{id, order->id, order->number, order->status, order->total_cents, "/v1/sagas/" + std::to_string(id)};
}

std::string valid_address(const std::string& text) {
  return client::parse_upstream(text) ? std::string() : "must be HOST:PORT with a numeric address";
}

saga::Definition load_definition(const std::string& file) {
  std::string content(fulfilment_definition());
  if (!file.empty()) {
    std::ifstream stream(file);
    std::ostringstream all;
    all << stream.rdbuf();
    if (!stream) throw std::runtime_error(file + ": cannot be read");
    content = all.str();
  }
  auto definition = saga::parse_definition(content);
  if (!definition)
    throw std::runtime_error((file.empty() ? "saga definition" : file) + ": " + definition.error().pointer + " " +
                             definition.error().message);
  return std::move(*definition);
}

class FulfilmentCompanion : public service::Companion {
 public:
  explicit FulfilmentCompanion(std::uint16_t port) : port_(port) {}

  std::vector<std::pair<std::string, std::vector<store::Migration>>> migrations() const override {
    return {{"saga", saga::migrations()}};
  }
  void add_options(CLI::App& run) override {
    run.add_option("--inventory", shared_->inventory, "The inventory service, HOST:PORT")->check(valid_address);
    run.add_option("--payments", shared_->payments, "The payments service, HOST:PORT")->check(valid_address);
    run.add_option("--saga-definition", shared_->definition_file,
                   "What new orders follow, JSON; those under way finish by what they began with");
  }
  void add_commands(CLI::App& app) override { console_.add_to(app, port_); }
  std::optional<int> run_command(const CLI::App&) override { return console_.run(); }
  void add_endpoints(service::Api& api) const override {
    const std::function<Outcome<Placed>(const Call<None, FulfilmentWish>&, store::Connection&)> on_place =
        [shared = shared_](const auto& call, store::Connection& db) { return place(*shared, call, db); };
    api.add(service::endpoint(
        {"POST", "/v1/fulfilments", "placeOrder", "Place an order: stock, money and shipment by a saga", 201},
        on_place));
    saga::add_endpoints(api, shared_->engine, [shared = shared_] { return shared->mailbox.wake(); });
  }
  // Without the others no saga can go on: then orders are not placed either.
  void start(store::Store& store) override {
    *shared_->engine =
        std::make_unique<saga::Engine>(load_definition(shared_->definition_file), fulfilment_participants());
    const auto inventory = client::parse_upstream(shared_->inventory);
    const auto payments = client::parse_upstream(shared_->payments);
    if (inventory && payments)
      shared_->mailbox.open(store, **shared_->engine, {{"inventory", *inventory}, {"payments", *payments}});
  }
  void stop() override { shared_->mailbox.close(); }

 private:
  const std::uint16_t port_;
  saga::Console console_;
  std::shared_ptr<Fulfilments> shared_ = std::make_shared<Fulfilments>();
};

}  // namespace

std::unique_ptr<service::Companion> make_fulfilment_companion(std::uint16_t port) {
  return std::make_unique<FulfilmentCompanion>(port);
}

}  // namespace banyan::orders
