// The file of what was asked for and nobody answers for yet, and the calls to a service that is not there.
#include "core/remote.hpp"
#include "core/intent_log.hpp"
#include "shop_fixture.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace shop::test {
namespace {

class IntentLogTest : public ::testing::Test {
 protected:
  ~IntentLogTest() override { std::filesystem::remove_all(directory_); }
  std::vector<std::string> open() const {
    std::vector<std::string> keys;
    const core::IntentLog log(path_);
    for (const auto& intent : log.open()) keys.push_back(intent.key + " " + intent.trace);
    return keys;
  }
  void append(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }

  std::string directory_ = make_temp_directory();
  std::string path_ = directory_ + "/intents";
};

using Keys = std::vector<std::string>;

TEST_F(IntentLogTest, IntentsAreFoundAgain) {
  {
    core::IntentLog log(path_);
    log.opened({"SO-1/a", "00-trace"});
    log.opened({"SO-2/b", ""});
    log.opened({"SO-3/c", ""});
    log.closed("SO-2/b");
  }
  EXPECT_EQ(open(), (Keys{"SO-1/a 00-trace", "SO-3/c "}));
  EXPECT_EQ(open(), (Keys{"SO-1/a 00-trace", "SO-3/c "}));
}

TEST_F(IntentLogTest, ATornLastLineWasNeverActedOn) {
  append("+ SO-1/a \n+ SO-2/b \n- SO-1/a\n+ SO-3/c");
  EXPECT_EQ(open(), Keys{"SO-2/b "});
  append("- SO-2/");
  EXPECT_EQ(open(), Keys{"SO-2/b "});
}

TEST_F(IntentLogTest, TheFileDoesNotGrowForEver) {
  core::IntentLog log(path_);
  log.opened({"stays", ""});
  for (int i = 0; i < 700; ++i) {
    log.opened({"key" + std::to_string(i), ""});
    log.closed("key" + std::to_string(i));
  }
  EXPECT_LT(std::filesystem::file_size(path_), 64U * 1024);
  EXPECT_EQ(open(), Keys{"stays "});
}

TEST_F(IntentLogTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(core::IntentLog(directory_ + "/none/intents"), std::system_error);
}

TEST(Remote, AddressesAreNumericHostAndPort) {
  for (const char* good : {"127.0.0.1:8091", "http://127.0.0.1:8091", "http://127.0.0.1:8091/"}) {
    EXPECT_NO_THROW(core::RemoteService("inventory", good)) << good;
  }
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "shop:80", "https://127.0.0.1:1", ":1"}) {
    EXPECT_THROW(core::RemoteService("inventory", bad), std::invalid_argument) << bad;
  }
}

TEST(Remote, AServiceThatIsNotThereIsLeftAloneAfterAFewCalls) {
  core::RemoteOptions options;
  options.rest = std::chrono::hours(1);
  core::RemoteService nobody("inventory", "127.0.0.1:1", options);
  std::string last;
  for (int call = 0; call < 4; ++call) {
    try {
      nobody.ask("/api/inventory/1");
      FAIL() << "somebody answers on port 1";
    } catch (const core::ApiError& error) {
      EXPECT_EQ(error.status(), 503);
      EXPECT_EQ(error.code(), "inventory_unavailable");
      last = error.what();
    }
    EXPECT_EQ(last, call < 3 ? "the inventory service does not answer" : "the inventory service has failed just now");
  }
}

}  // namespace
}  // namespace shop::test
