// A seeded shop in a fresh file for every test, called without a network.
#pragma once

#include "core/app.hpp"
#include "core/database.hpp"
#include "core/json.hpp"
#include "core/router.hpp"

#include <gtest/gtest.h>

#include <string>

namespace shop::test {

namespace json = boost::json;

struct Answer {
  int status = 0;
  std::string content_type;
  std::string body;
  json::value parsed;  // null when the body is no JSON

  const json::value& at(const std::string& pointer) const;  // "/items/0/sku"
  std::int64_t number(const std::string& pointer) const;
  std::string text(const std::string& pointer) const;
  std::string error_code() const { return text("/error/code"); }
  std::string error_message() const { return text("/error/message"); }
};

// The shop of one test; the process has only one at a time.
class Shop {
 public:
  Shop();
  ~Shop();

  Answer call(const std::string& method, const std::string& target, const std::string& body = "",
              std::int64_t account = 0);
  Answer get(const std::string& target, std::int64_t account = 0) { return call("GET", target, "", account); }
  Answer post(const std::string& target, const std::string& body = "", std::int64_t account = 0) {
    return call("POST", target, body, account);
  }
  Answer put(const std::string& target, const std::string& body, std::int64_t account = 0) {
    return call("PUT", target, body, account);
  }
  Answer del(const std::string& target, std::int64_t account = 0) { return call("DELETE", target, "", account); }

  // Places an order of one line and returns the answer.
  Answer order(std::int64_t customer, std::int64_t product, std::int64_t quantity, const std::string& payment);

  core::Router& router() { return router_; }
  core::Database& db() { return core::Database::instance(); }
  const std::string& path() const { return path_; }
  std::int64_t count(const std::string& table) { return db().select_int("SELECT COUNT(*) FROM " + table); }

  // Everything in the tables that people can see, to compare before and after.
  std::string fingerprint();

 private:
  std::string directory_;
  std::string path_;
  core::Router router_;
};

extern const char* const kCard;      // payment of a card that works
extern const char* const kDeclined;  // and of one that does not
extern const char* const kInvoice;

class ShopTest : public ::testing::Test {
 protected:
  Shop shop;
};

std::string make_temp_directory();

// Uses every endpoint of the shop at least once, good and bad ways.
void visit_everything(Shop& shop);

}  // namespace shop::test
