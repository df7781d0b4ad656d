#include "shop_fixture.hpp"

#include "core/config.hpp"
#include "core/globals.hpp"
#include "core/log.hpp"

#include <boost/json/parse.hpp>

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

namespace shop::test {

const char* const kCard = R"({"method":"card","token":"tok_visa"})";
const char* const kDeclined = R"({"method":"card","token":"tok_declined"})";
const char* const kInvoice = R"({"method":"invoice"})";

namespace {

// Seeding takes a while, copying a file does not.
const std::string& seeded_file() {
  static const std::string path = [] {
    const std::string file = make_temp_directory() + "/seeded.db";
    core::start_modules(file);
    core::seed_all(core::Database::instance());
    core::Database::instance().close();
    return file;
  }();
  return path;
}

}  // namespace

std::string make_temp_directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "shop-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return pattern;
}

const json::value& Answer::at(const std::string& pointer) const {
  boost::system::error_code error;
  const json::value* found = parsed.find_pointer(pointer, error);
  if (found == nullptr) throw std::runtime_error("no " + pointer + " in " + body);
  return *found;
}

std::int64_t Answer::number(const std::string& pointer) const { return at(pointer).as_int64(); }
std::string Answer::text(const std::string& pointer) const { return std::string(at(pointer).as_string()); }

Shop::Shop() : directory_(make_temp_directory()), path_(directory_ + "/shop.db") {
  core::set_log_level(core::LogLevel::off);
  std::filesystem::copy_file(seeded_file(), path_);
  core::start_modules(path_);
  core::register_all_routes(router_);
  core::g_maintenance_mode = false;
}

Shop::~Shop() {
  core::Database::instance().close();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Answer Shop::call(const std::string& method, const std::string& target, const std::string& body,
                  std::int64_t account) {
  core::Request request;
  request.method = method;
  request.path = target.substr(0, target.find('?'));
  if (request.path.size() < target.size()) request.query = core::parse_query(target.substr(request.path.size() + 1));
  if (account != 0) request.headers.emplace_back("x-account-id", std::to_string(account));
  request.body = body;
  const core::Response response = router_.handle(request);
  Answer answer{response.status, response.content_type, response.body, {}};
  if (response.content_type == "application/json") answer.parsed = json::parse(response.body);
  return answer;
}

Answer Shop::order(std::int64_t customer, std::int64_t product, std::int64_t quantity, const std::string& payment) {
  return post("/api/orders", "{\"customer_id\":" + std::to_string(customer) +
                                 ",\"items\":[{\"product_id\":" + std::to_string(product) +
                                 ",\"quantity\":" + std::to_string(quantity) + "}],\"payment\":" + payment + "}");
}

std::string Shop::fingerprint() {
  std::string all;
  for (const char* target : {"/api/orders?limit=100", "/api/payments?limit=100", "/api/payments/summary",
                             "/api/inventory?limit=100", "/api/shipments?limit=100", "/api/coupons/WELCOME10",
                             "/api/notifications?limit=1", "/api/customers?limit=100"}) {
    all += get(target).body + "\n";
  }
  for (const char* table : {"orders", "order_items", "order_events", "payments", "refunds", "reservations",
                            "stock_movements", "shipments", "coupon_redemptions", "sequences"}) {
    all += std::string(table) + "=" + std::to_string(count(table)) + "\n";
  }
  return all + std::to_string(db().select_int("SELECT SUM(value) FROM sequences"));
}

}  // namespace shop::test
