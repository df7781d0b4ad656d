#include "router/tls/store.hpp"
#include "router/config/load.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace banyan::tls {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() { put("site", root_.issue({"shop", {"DNS:shop.test"}})); }

  void put(const std::string& name, const support::Pem& pem) {
    support::write_file(dir_ / (name + ".pem"), pem.certificate);
    support::write_file(dir_ / (name + ".key"), pem.key);
  }
  std::string path(const std::string& name) const { return dir_ / name; }
  std::shared_ptr<const config::Config> configured() const {
    const auto loaded = config::load_text("version: 1\nstatic:\n  tls:\n    certificates: [ { chain: \"" + path("site.pem") +
                                              "\", key: \"" + path("site.key") +
                                              "\" } ]\nupstreams: { a: { endpoints: [ \"127.0.0.1:1\" ] } }\ndefault: a\n",
                                          "router.yaml");
    EXPECT_TRUE(loaded.config) << config::format(loaded.diagnostics);
    return loaded.config;
  }
  // As a start or a reload does it.
  std::vector<std::string> take(const std::shared_ptr<const config::Config>& config) {
    const auto errors = store_.prepare(config);
    EXPECT_THAT(errors, IsEmpty()) << config::format(errors);
    return store_.adopt(config);
  }
  static UnixTime now() { return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()); }

  support::TempDir dir_;
  const support::Authority root_{"root"};
  std::vector<std::string> lines_;
  Store store_{[this](bool error, const std::string& line) { lines_.push_back((error ? "error: " : "") + line); }};
};

TEST_F(StoreTest, BrokenFilesAtTheStartAreErrorsWithTheirPlace) {
  support::write_file(path("site.key"), "nothing");
  const auto errors = store_.prepare(configured());
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].line, 4u);
  EXPECT_EQ(errors[0].message, "TLS: " + path("site.key") + ": there is no PEM private key in it");
  EXPECT_EQ(store_.server(), nullptr);
}

TEST_F(StoreTest, WhatWasPreparedIsUsedOnlyWhenAdopted) {
  const auto config = configured();
  EXPECT_THAT(store_.prepare(config), IsEmpty());
  EXPECT_EQ(store_.server(), nullptr);
  EXPECT_THAT(store_.adopt(config), IsEmpty());
  EXPECT_NE(store_.server(), nullptr);
}

TEST_F(StoreTest, AReloadThatFindsABrokenFileKeepsTheOldOneAndSaysSoUntilItIsMended) {
  take(configured());
  const auto before = store_.server();
  support::write_file(path("site.pem"), "half a fi");
  const auto problems = take(configured());
  EXPECT_THAT(problems, ElementsAre("TLS: " + path("site.pem") +
                                    ": there is no PEM certificate in it; the one loaded before stays in use"));
  EXPECT_NE(store_.server(), nullptr);
  EXPECT_THAT(store_.problems(now()), ElementsAre(problems[0]));
  EXPECT_THAT(store_.certificates(now())[0].problem, HasSubstr("there is no PEM certificate"));
  EXPECT_THAT(store_.prometheus(now()), HasSubstr("banyan_router_tls_problems 1\n"));
  EXPECT_EQ(lines_.size(), 1u);

  put("site", root_.issue({"renewed", {"DNS:shop.test"}}));
  EXPECT_THAT(take(configured()), IsEmpty());
  EXPECT_THAT(store_.problems(now()), IsEmpty());
  EXPECT_EQ(store_.certificates(now())[0].subject, "CN=renewed");
  EXPECT_NE(store_.server(), before);
}

TEST_F(StoreTest, WarnsOnceADayOfWhatEnds) {
  put("site", root_.issue({"shop", {"DNS:shop.test"}, -80, 5}));
  take(configured());
  const auto today = now();
  for (const auto hours : {0, 1, 12, 23, 25, 26}) store_.tick(today + std::chrono::hours(hours));
  EXPECT_EQ(lines_.size(), 2u);
  EXPECT_THAT(lines_[0], HasSubstr("ends on "));
  EXPECT_THAT(store_.problems(today), ElementsAre(HasSubstr("CN=shop) ends on ")));
  EXPECT_THAT(store_.problems(today + std::chrono::days(6)), ElementsAre(HasSubstr("expired on ")));
}

TEST_F(StoreTest, ALastingTroubleIsLoggedOnceAndItsEndToo) {
  take(configured());
  const Failure expired{"upstream-certificate-expired", "it has expired", "expired: CN=a\nforged line"};
  store_.upstream_failed("orders", "127.0.0.1:1", expired);
  store_.upstream_failed("orders", "127.0.0.1:1", expired);
  store_.upstream_failed("orders", "127.0.0.1:2", expired);
  EXPECT_EQ(lines_.size(), 2u);
  EXPECT_EQ(lines_[0].find('\n'), std::string::npos);
  EXPECT_EQ(store_.troubles().size(), 2u);
  store_.upstream_works("orders", "127.0.0.1:1");
  store_.upstream_works("orders", "127.0.0.1:1");
  EXPECT_EQ(lines_.size(), 3u);
  EXPECT_EQ(lines_[2], "upstream 'orders', endpoint 127.0.0.1:1: TLS works again");
  EXPECT_EQ(store_.troubles().size(), 1u);
}

TEST_F(StoreTest, ConfigurationsThatAreGoneAreForgotten) {
  for (int i = 0; i < 3; ++i) {
    const auto config = configured();
    EXPECT_THAT(store_.prepare(config), IsEmpty());  // and then the reload was refused
  }
  const auto kept = configured();
  take(kept);
  EXPECT_NE(store_.clients_for(kept), nullptr);
}

}  // namespace
}  // namespace banyan::tls
