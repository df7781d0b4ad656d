// The real monolith with its demo data, and the three services with what they imported from it.
#pragma once
#include "tests/extracted_services/program/fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace banyan::services_test {

class ShopTest : public testing::Test {
 protected:
  support::TempDir dir_;
  std::unique_ptr<Running> shop_;
  std::map<std::string, std::unique_ptr<Running>> services_;

  void SetUp() override {
    const std::vector<std::string> argv{program("banyan-shop"), "--db", shop_db(), "--port", "0", "--seed"};
    shop_ = std::make_unique<Running>(argv, dir_ / "shop.log");
  }
  std::string shop_db() const { return (dir_ / "shop.db").string(); }
  std::string own_db(const std::string& name) const { return (dir_ / (name + ".db")).string(); }

  support::Output import(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv{
        program("banyan-" + name), "import", "--from", shop_db(), "--db", own_db(name)};
    argv.insert(argv.end(), more.begin(), more.end());
    return support::run(argv);
  }
  Running& start(const std::string& name) {
    return *(services_[name] = run_service(name, own_db(name), dir_ / (name + ".log")));
  }
};

}  // namespace banyan::services_test
