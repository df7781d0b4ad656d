#include "extracted_services/store/connection.hpp"
#include "tests/bench/services/figures.hpp"
#include "tests/extracted_services/saga/shop.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

namespace banyan::services_bench {
namespace {

namespace json = boost::json;
using services_test::SagaShop;
constexpr int steps_of_a_saga = 6;
constexpr int sagas_on_file = 100'000;

const std::string order_body =
    R"({"customer_id":5,"items":[{"product_id":1,"sku":"SKU-1","name":"Kettle","quantity":1,"unit_price_cents":2499}]})";

// `orders` requests by `clients` connections; each is asked once, an answer other than 201 ends the bench.
void post_all(const SagaShop& shop, const Scale& scale, const std::string& target, const std::string& body) {
  std::atomic<int> next = 0, refused = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < scale.clients; ++i)
    clients.emplace_back([&] {
      auto client = shop.client("orders");
      for (int order = next++; order < scale.orders; order = next++)
        if (client.request("POST", target, {{"Idempotency-Key", target + std::to_string(order)}}, body).status != 201)
          ++refused;
    });
  for (auto& client : clients) client.join();
  if (refused > 0) throw std::runtime_error(std::to_string(refused) + " orders were refused");
}

double orders_without_saga(const SagaShop& shop, const Scale& scale) {
  const auto start = Clock::now();
  post_all(shop, scale, "/v1/orders", order_body);
  return scale.orders / seconds_since(start);
}

// Until the last one is shipped.
double orders_by_saga(SagaShop& shop, const Scale& scale) {
  const std::string body = R"({"order":)" + order_body + R"(,"payment":{"method":"card","token":"tok_visa"}})";
  const auto start = Clock::now();
  post_all(shop, scale, "/v1/fulfilments", body);
  if (!shop.settle(std::chrono::minutes(5))) throw std::runtime_error("the sagas do not end");
  const double rate = scale.orders / seconds_since(start);
  const auto shipped = shop.number("orders", "SELECT count(*) FROM orders WHERE status = 'shipped'");
  if (shipped != scale.orders) throw std::runtime_error(std::to_string(shipped) + " orders were shipped");
  return rate;
}

// The rows of one saga, a hundred thousand times under other ids and keys.
void multiply(store::Connection& db, const std::string& table, const std::string& id_column, std::int64_t id) {
  std::string columns, values;
  auto column = db.query("SELECT name FROM pragma_table_info(?1)", table);
  while (column.next()) {
    const std::string name = column.text(0);
    columns += (columns.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + (name == id_column ? name + " + n" : name == "key" ? "key || n" : name);
  }
  db.run("WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2) INSERT INTO " +
             table + "(" + columns + ") SELECT " + values + " FROM numbers, (SELECT * FROM " + table + " WHERE " +
             id_column + " = ?1)",
         id, sagas_on_file);
}

// From the start of the process to its first answer, with sagas on file that all wait for somebody who is away.
double recovery(SagaShop& shop) {
  shop.kill("inventory");
  const auto saga = shop.place("waits", 1, "tok_visa");
  shop.kill("orders");
  {
    const auto db = store::open_writer(shop.file("orders.db"));
    db->execute("BEGIN");
    multiply(*db, "sagas", "id", saga);
    multiply(*db, "saga_steps", "saga_id", saga);
    multiply(*db, "saga_commands", "saga_id", saga);
    db->execute("COMMIT");
  }
  if (shop.number("orders", "SELECT count(*) FROM sagas WHERE status = 'running'") <= sagas_on_file)
    throw std::runtime_error("the sagas are not on file");
  const auto start = Clock::now();
  shop.start("orders");
  if (shop.client("orders").get("/readyz").status != 200) throw std::runtime_error("not ready");
  return seconds_since(start);
}

double empty_start(SagaShop& shop) {
  shop.kill("payments");
  const auto start = Clock::now();
  shop.start("payments");
  if (shop.client("payments").get("/readyz").status != 200) throw std::runtime_error("not ready");
  return seconds_since(start);
}

}  // namespace

std::vector<Figure> measure_orders(const Scale& scale, double commits) {
  SagaShop shop(10'000'000, {.log = true});
  std::vector<Figure> figures;
  const double sagas = orders_by_saga(shop, scale);
  const double plain = orders_without_saga(shop, scale);
  const std::string bare = "bare SQLite transactions, group-committed";
  figures.push_back({"orders created, no saga", plain, "1/s", bare, commits});
  figures.push_back({"orders through the saga, to shipped", sagas, "1/s", "orders created, no saga", plain});
  figures.push_back({"steps of sagas", sagas * steps_of_a_saga, "1/s", bare, commits, "0.40 of the ceiling"});
  const double little = empty_start(shop);
  figures.push_back({"start with 100,000 sagas on file", recovery(shop), "s", "start of payments after as many orders",
                     little, "2 s"});
  return figures;
}

}  // namespace banyan::services_bench
