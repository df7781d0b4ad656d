#include "tests/extracted_services/program/writes.hpp"

namespace banyan::services_test {
namespace {

// Nobody listens there: what is asked of others stays asked.
const std::string nobody = "127.0.0.1:1";
const std::string told = "SELECT key, last FROM outbox_keys ORDER BY key";
const std::string interventions = "SELECT action, who, key, outcome FROM inbox_audit ORDER BY id";
const std::string by_ada = R"({"who":"ada","why":"a test"})";

// An event that waits for a service of another topic: its handler takes it at once.
std::string parked_row(int id, const std::string& topic, const std::string& event) {
  const std::string key = "thing/" + std::to_string(id);
  return "INSERT INTO inbox_parked VALUES (" + std::to_string(id) + ", '" + topic + "', 'urn:x', '" + key +
         "', 1, 'failed: a test', '2026-01-01T00:00:00Z', '" + event + "');"
         "INSERT INTO inbox_keys VALUES ('" + topic + "', 'urn:x', '" + key + "', 0, 1);";
}

std::string event_text(int id, const std::string& type) {
  return R"({"specversion":"1.0","id":"1","source":"urn:x","type":")" + type + R"(","partitionkey":"thing/)" +
         std::to_string(id) + R"(","keysequence":1,"data":{}})";
}

std::string parked_rows(const std::string& topic) {
  return parked_row(1, topic, event_text(1, "other.thing.v1")) + parked_row(2, topic, event_text(2, "other.thing.v1"));
}

void add_interventions(std::vector<Write>& writes, int status) {
  const std::vector<Write::Wrong> wrong{{"/who", R"({"why":"x"})"},
                                        {"/who", R"({"who":7,"why":"x"})"},
                                        {"/why", R"({"who":"ada"})"},
                                        {"/why", R"({"who":"ada","why":""})"}};
  writes.push_back({"replayParkedEvent", "POST", "/v1/events/parked/1/replay", by_ada, status, wrong,
                    "/v1/events/parked/4711/replay"});
  writes.push_back({"skipParkedEvent", "POST", "/v1/events/parked/2/skip", by_ada, status, wrong,
                    "/v1/events/parked/4711/skip"});
}

std::string order_with(const std::string& quantity) {
  return R"({"customer_id":5,"items":[{"product_id":1,"sku":"S","name":"K","quantity":)" + quantity +
         R"(,"unit_price_cents":500}]})";
}

ServiceWrites orders() {
  ServiceWrites made{"orders", {"--inventory", nobody, "--payments", nobody}, parked_rows("payments"), {}, {}};
  const std::string placed = R"({"order":)" + order_with("1") + R"(,"payment":{"method":"card","token":"tok_visa"}})";
  made.writes = {
      {"createOrder", "POST", "/v1/orders", order_with("2"), 201,
       {{"/items/0/quantity", order_with("-2")},
        {"/items/0/quantity", order_with("\"2\"")},
        {"/items/0/quantity", order_with("1.5")},
        {"/customer_id", R"({"items":[]})"},
        {"/customer_id", R"({"customer_id":-1,"items":[]})"},
        {"/items", R"({"customer_id":1,"items":7})"},
        {"/currency", R"({"customer_id":1,"currency":"EUROEUROEUROEURO!",)" + order_with("1").substr(17)}}},
      {"confirmOrder", "POST", "/v1/orders/1/confirm", R"({"payment_id":1,"payment_reference":"PAY-1"})", 200,
       {{"/payment_id", R"({"payment_reference":"PAY-1"})"},
        {"/payment_id", R"({"payment_id":-1,"payment_reference":"PAY-1"})"},
        {"/payment_reference", R"({"payment_id":1,"payment_reference":7})"}},
       "/v1/orders/4711/confirm"},
      {"shipOrder", "POST", "/v1/orders/1/ship", R"({"shipment":"SH-1"})", 200,
       {{"/shipment", "{}"}, {"/shipment", R"({"shipment":false})"}}, "/v1/orders/4711/ship"},
      {"deliverOrder", "POST", "/v1/orders/1/deliver", R"({"shipment":"SH-1"})", 200,
       {{"/shipment", "{}"}, {"/shipment", R"({"shipment":[]})"}}, "/v1/orders/4711/deliver"},
      {"noteRefund", "POST", "/v1/orders/1/refunds", R"({"amount_cents":100})", 200,
       {{"/amount_cents", "{}"}, {"/amount_cents", R"({"amount_cents":-100})"},
        {"/amount_cents", R"({"amount_cents":"100"})"}},
       "/v1/orders/4711/refunds"},
      {"createOrder", "POST", "/v1/orders", order_with("1"), 201, {}},
      {"cancelOrder", "POST", "/v1/orders/2/cancel", R"({"reason":"a test"})", 200,
       {{"/reason", R"({"reason":7})"}}, "/v1/orders/4711/cancel"},
      {"placeOrder", "POST", "/v1/fulfilments", placed, 201,
       {{"/order", R"({"payment":{"method":"card","token":"t"}})"},
        {"/payment", R"({"order":)" + order_with("1") + "}"},
        {"/payment/method", R"({"order":)" + order_with("1") + R"(,"payment":{"method":"cash"}})"},
        {"/order/items/0/quantity", R"({"order":)" + order_with("-1") + R"(,"payment":{"method":"transfer"}})"}}},
      {"retrySaga", "POST", "/v1/sagas/1/retry", R"({"who":"ada","reason":"a test"})", 200,
       {{"/who", R"({"reason":"x"})"}, {"/reason", R"({"who":"ada","reason":""})"}}, "/v1/sagas/4711/retry"},
      {"compensateSaga", "POST", "/v1/sagas/1/compensate", R"({"who":"ada","reason":"a test"})", 200,
       {{"/who", R"({"who":[],"reason":"x"})"}, {"/reason", R"({"who":"ada"})"}}, "/v1/sagas/4711/compensate"}};
  add_interventions(made.writes, 200);
  made.effects = {"SELECT id, number, status, total_cents, refunded_cents, payment_id FROM orders ORDER BY id",
                  "SELECT order_id, line, product_id, quantity FROM order_items ORDER BY 1, 2",
                  "SELECT order_id, seq, event, detail FROM order_events ORDER BY 1, 2",
                  "SELECT id, subject FROM sagas ORDER BY id", "SELECT saga_id, who, act FROM saga_audit ORDER BY id",
                  told, interventions};
  return made;
}

std::string payment_with(const std::string& amount, const std::string& more = R"(,"method":"card","token":"tok_visa")") {
  return R"({"order_id":1,"amount_cents":)" + amount + more + "}";
}

ServiceWrites payments() {
  ServiceWrites made{"payments", {"--bank", nobody}, parked_rows("orders"), {}, {}};
  const std::string held = R"(,"method":"card","token":"tok_visa","capture":false)";
  const auto charge = [](const std::string& key, const std::string& amount) {
    return R"({"key":)" + key + R"(,"order_id":9,"amount_cents":)" + amount + R"(,"method":"card","token":"tok_visa"})";
  };
  made.writes = {
      {"charge", "POST", "/v1/payments", payment_with("1000", held), 201,
       {{"/amount_cents", payment_with("-1")},
        {"/amount_cents", payment_with("\"1\"")},
        {"/order_id", R"({"amount_cents":1,"method":"card","token":"t"})"},
        {"/method", payment_with("1", R"(,"method":"cash")")},
        {"/token", payment_with("1", R"(,"method":"card")")},
        {"/currency", payment_with("1", R"(,"method":"transfer","currency":"EUROEUROEUROEURO!")")}}},
      {"capturePayment", "POST", "/v1/payments/1/capture", "", 200, {}, "/v1/payments/4711/capture"},
      {"refundPayment", "POST", "/v1/payments/1/refunds", R"({"amount_cents":400,"reason":"a test"})", 201,
       {{"/amount_cents", R"({"amount_cents":-1})"}, {"/amount_cents", R"({"amount_cents":"1"})"},
        {"/reason", R"({"reason":7})"}},
       "/v1/payments/4711/refunds"},
      {"charge", "POST", "/v1/payments", R"({"order_id":2,"amount_cents":5,"method":"transfer","capture":false})", 201,
       {}},
      {"voidPayment", "POST", "/v1/payments/2/void", "", 200, {}, "/v1/payments/4711/void"},
      {"chargeAtBank", "POST", "/v1/charges", charge("\"k1\"", "700"), 202,
       {{"/key", charge("7", "700")}, {"/key", charge("\"\"", "700")}, {"/amount_cents", charge("\"k2\"", "-700")},
        {"/amount_cents", charge("\"k2\"", "true")}}},
      {"cancelCharge", "POST", "/v1/charges/cancel", R"({"key":"never-charged"})", 200,
       {{"/key", "{}"}, {"/key", R"({"key":7})"}}}};
  add_interventions(made.writes, 200);
  made.effects = {"SELECT id, order_id, status, amount_cents, refunded_cents FROM payments ORDER BY id",
                  "SELECT id, payment_id, amount_cents FROM refunds ORDER BY id",
                  "SELECT key, status, amount_cents FROM charges ORDER BY key",
                  "SELECT refund_id, charge, status FROM bank_refunds ORDER BY refund_id", told, interventions};
  return made;
}

// Also below /api, where the monolith's callers come from.
void add_shop_twin(std::vector<Write>& writes, Write write, const std::string& target) {
  writes.push_back(write);
  write.operation = "shop_" + write.operation;
  write.target = "/api" + target;
  if (!write.unknown.empty()) write.unknown.replace(0, 3, "/api");
  write.wrong.clear();  // the monolith's words name no pointer
  writes.push_back(write);
}

ServiceWrites inventory() {
  ServiceWrites made{"inventory", {}, {}, {}, {}};
  made.rows = "INSERT INTO products VALUES (1, 'SKU-1', 'Kettle'); INSERT INTO warehouses VALUES ('BER', 'Berlin');"
              "INSERT INTO stock VALUES (1, 'BER', 500, 0, 0, 500, 3);" + parked_rows("catalog");
  auto& writes = made.writes;
  add_shop_twin(writes, {"receiveStock", "POST", "/v1/inventory/1/receive", R"({"quantity":5})", 200,
                         {{"/quantity", "{}"}, {"/quantity", R"({"quantity":-5})"}, {"/quantity", R"({"quantity":"5"})"}},
                         "/v1/inventory/4711/receive"}, "/inventory/1/receive");
  add_shop_twin(writes, {"adjustStock", "POST", "/v1/inventory/1/adjust", R"({"delta":-1,"reason":"broken"})", 200,
                         {{"/delta", R"({"reason":"x"})"}, {"/delta", R"({"delta":0,"reason":"x"})"},
                          {"/reason", R"({"delta":1,"reason":7})"}},
                         "/v1/inventory/4711/adjust"}, "/inventory/1/adjust");
  const auto wish = [](const std::string& quantity) {
    return R"({"order_ref":"SO-1","product_id":1,"quantity":)" + quantity + "}";
  };
  add_shop_twin(writes, {"reserve", "POST", "/v1/inventory/reservations", wish("2"), 201,
                         {{"/quantity", wish("-2")}, {"/quantity", wish("1000")}, {"/quantity", wish("[]")},
                          {"/product_id", R"({"order_ref":"SO-1","quantity":1})"},
                          {"/order_ref", R"({"order_ref":7,"product_id":1,"quantity":1})"}}},
                "/inventory/reservations");
  writes.push_back({"commitReservation", "POST", "/v1/inventory/reservations/1/commit", "", 200, {},
                    "/v1/inventory/reservations/4711/commit"});
  writes.push_back({"returnReservation", "POST", "/v1/inventory/reservations/1/return", "", 200, {},
                    "/v1/inventory/reservations/4711/return"});
  writes.push_back({"releaseReservation", "DELETE", "/v1/inventory/reservations/2", "", 200, {},
                    "/v1/inventory/reservations/4711"});
  for (int i = 0; i < 2; ++i) writes.push_back({"reserve", "POST", "/v1/inventory/reservations", wish("3"), 201, {}});
  writes.push_back({"shop_commitReservation", "POST", "/api/inventory/reservations/3/commit", "", 200, {},
                    "/api/inventory/reservations/4711/commit"});
  writes.push_back({"shop_releaseReservation", "DELETE", "/api/inventory/reservations/4", "", 200, {},
                    "/api/inventory/reservations/4711"});
  const auto hold = [](const std::string& key, const std::string& quantity) {
    return R"({"key":)" + key + R"(,"order_ref":"SO-2","items":[{"product_id":1,"quantity":)" + quantity + "}]}";
  };
  writes.push_back({"holdGoods", "POST", "/v1/inventory/holds", hold("\"h1\"", "4"), 201,
                    {{"/key", hold("7", "4")}, {"/items/0/quantity", hold("\"h9\"", "-4")},
                     {"/items", R"({"key":"h9","order_ref":"SO-2","items":[]})"}}});
  writes.push_back({"commitHold", "POST", "/v1/inventory/holds/commit", R"({"key":"h1"})", 200,
                    {{"/key", "{}"}, {"/key", R"({"key":[]})"}}});
  writes.push_back({"returnHold", "POST", "/v1/inventory/holds/return", R"({"key":"h1"})", 200,
                    {{"/key", "{}"}, {"/key", R"({"key":7})"}}});
  writes.push_back({"releaseHold", "POST", "/v1/inventory/holds/release", R"({"key":"never-held"})", 200,
                    {{"/key", "{}"}, {"/key", R"({"key":true})"}}});
  add_interventions(writes, 409);  // this service follows nobody
  made.effects = {"SELECT product_id, on_hand, reserved, sold, received FROM stock ORDER BY 1",
                  "SELECT id, order_ref, quantity, status FROM reservations ORDER BY id",
                  "SELECT id, kind, quantity FROM stock_movements ORDER BY id",
                  "SELECT key, status FROM holds ORDER BY key", told, interventions};
  return made;
}

}  // namespace

std::vector<ServiceWrites> all_writes() { return {orders(), payments(), inventory()}; }

}  // namespace banyan::services_test
