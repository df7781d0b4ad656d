#include "router/tls/certificate.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace banyan::tls {
namespace {

using testing::HasSubstr;

class Certificates : public ::testing::Test {
 protected:
  config::FileName file(const std::string& name, const std::string& text) {
    support::write_file(dir_ / name, text);
    config::FileName out;
    out.path = dir_ / name;
    return out;
  }
  Loaded<Identity> load(const std::string& chain, const std::string& key) {
    return Identity::load({file("chain.pem", chain), file("key.pem", key)});
  }
  std::string refusal(const std::string& chain, const std::string& key) {
    const auto loaded = load(chain, key);
    return loaded ? "none" : loaded.error().file.path.substr(dir_.path().string().size() + 1) + ": " + loaded.error().reason;
  }

  support::TempDir dir_;
  const support::Authority root_{"root"};
  const support::Order order_{"shop", {"DNS:shop.test", "DNS:*.shop.test", "IP:127.0.0.1"}};
  const support::Pem good_ = root_.issue(order_);
};

TEST_F(Certificates, TellWhoseAndHowLong) {
  const auto loaded = load(good_.certificate, good_.key);
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->subject(), "CN=shop");
  EXPECT_EQ((*loaded)->names(), (std::vector<std::string>{"shop.test", "*.shop.test"}));
  const auto days = (*loaded)->validity().not_after - (*loaded)->validity().not_before;
  EXPECT_NEAR(std::chrono::duration<double>(days).count(), 366 * 86400.0, 5);
  EXPECT_THAT(describe((*loaded)->leaf()), HasSubstr("by 'CN=root'"));
}

TEST_F(Certificates, CommonNameStandsInForMissingNames) {
  const auto pem = root_.issue({"old.test", {}});
  const auto loaded = load(pem.certificate, pem.key);
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->names(), std::vector<std::string>{"old.test"});
}

TEST_F(Certificates, AChainEndsWithItsShortestLife) {
  const auto middle = root_.below("middle");
  const auto pem = middle.issue({"shop", {"DNS:shop.test"}, -1, 30});
  const auto loaded = load(pem.certificate + middle.certificate(), pem.key);
  ASSERT_TRUE(loaded);
  EXPECT_EQ((*loaded)->issuers().size(), 1u);
  const auto alone = load(pem.certificate, pem.key);
  EXPECT_LE((*loaded)->validity().not_after, (*alone)->validity().not_after);
}

TEST_F(Certificates, EveryUselessFileIsNamedWithItsReason) {
  const auto other = root_.issue(order_);
  EXPECT_EQ(refusal("", good_.key), "chain.pem: there is no PEM certificate in it");
  EXPECT_EQ(refusal("no pem at all\n", good_.key), "chain.pem: there is no PEM certificate in it");
  EXPECT_EQ(refusal(good_.key, good_.key), "chain.pem: there is no PEM certificate in it");
  EXPECT_EQ(refusal(good_.certificate, "no pem at all\n"), "key.pem: there is no PEM private key in it");
  EXPECT_EQ(refusal(good_.certificate, ""), "key.pem: there is no PEM private key in it");
  EXPECT_EQ(refusal(good_.certificate, good_.certificate), "key.pem: there is no PEM private key in it");
  EXPECT_THAT(refusal(good_.certificate, good_.key.substr(0, good_.key.size() / 2)), HasSubstr("key.pem: "));
  EXPECT_EQ(refusal(good_.certificate, other.key),
            "key.pem: the key does not belong to the first certificate in " + (dir_ / "chain.pem").string());
  EXPECT_EQ(refusal(good_.certificate, support::encrypted_key(good_.key, "secret")),
            "key.pem: the key has a passphrase; Banyan reads keys without one");
  auto broken = good_.certificate + good_.certificate;
  broken.replace(broken.rfind("-----BEGIN") + 40, 8, "????????");
  EXPECT_THAT(refusal(broken, good_.key), HasSubstr("chain.pem: certificate 2: "));
  const auto cut = good_.certificate.substr(0, good_.certificate.size() / 2);
  EXPECT_THAT(refusal(cut, good_.key), HasSubstr("chain.pem: certificate 1: "));
}

TEST_F(Certificates, AFileThatIsNotThereSaysSo) {
  config::CertificateFiles files{file("chain.pem", good_.certificate), file("key.pem", good_.key)};
  files.key.path = dir_ / "nowhere.pem";
  const auto loaded = Identity::load(files);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().reason, "No such file or directory");
}

TEST_F(Certificates, TrustCountsItsAuthorities) {
  const auto middle = root_.below("middle");
  const auto trust = Trust::load(file("ca.pem", "a comment\n" + root_.certificate() + middle.certificate()));
  ASSERT_TRUE(trust);
  EXPECT_EQ((*trust)->authorities().size(), 2u);
  EXPECT_FALSE(Trust::load(file("ca.pem", "a comment\n")));
}

TEST(CertificateLife, EndsSoonTwoWeeksOrAThirdBefore) {
  using std::chrono::days;
  using std::chrono::hours;
  const UnixTime start{days(20'000)};
  struct Age {
    std::chrono::seconds life, age;
    bool soon;
  };
  for (const auto& row : {Age{days(90), days(75), false}, Age{days(90), days(77), true}, Age{days(90), days(91), true},
                          Age{days(6), days(3), false}, Age{days(6), days(5), true}, Age{hours(3), hours(1), false},
                          Age{hours(3), std::chrono::minutes(121), true}})
    EXPECT_EQ(ends_soon({start, start + row.life}, start + row.age), row.soon) << row.life.count() << " " << row.age.count();
}

}  // namespace
}  // namespace banyan::tls
