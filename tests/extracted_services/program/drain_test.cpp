#include "extracted_services/store/connection.hpp"
#include "tests/extracted_services/program/fixture.hpp"

#include <gtest/gtest.h>

#include <signal.h>

#include <atomic>
#include <thread>

namespace banyan::services_test {
namespace {

TEST(Drain, SigtermUnderLoadLosesNoAcknowledgedWriteAndCutsNoAnswer) {
  const support::TempDir dir;
  make_inventory(dir / "one.db", 1'000'000);
  const auto service = run_service("inventory", dir / "one.db", dir / "log");
  std::atomic<int> acknowledged = 0, cut = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      auto client = service->client();
      const std::string body = R"({"order_ref":"SO-1","product_id":1,"quantity":1})";
      try {
        while (client.request("POST", "/v1/inventory/reservations", {}, body).status == 201) ++acknowledged;
        ++cut;  // a drain finishes what it took, it does not refuse it
      } catch (const std::exception&) {
        // the connection was closed between two requests, or is refused
      }
    });
  EXPECT_TRUE(support::eventually([&] { return acknowledged > 50; }));
  service->process().send(SIGTERM);
  EXPECT_EQ(service->process().wait(std::chrono::seconds(8)), 0);
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(cut, 0);
  EXPECT_FALSE(std::filesystem::exists((dir / "one.db").string() + "-wal"));
  const auto reader = store::open_reader(dir / "one.db");
  auto row = reader->query("SELECT count(*) FROM reservations");
  ASSERT_TRUE(row.next());
  EXPECT_GE(row.integer(0), acknowledged);
  // Nothing was written that nobody was told about either: every started request was answered.
  EXPECT_LE(row.integer(0), acknowledged + 4);
}

TEST(Drain, CtrlCSaysSoInTheExitCode) {
  const support::TempDir dir;
  const auto service = run_service("orders", dir / "one.db", dir / "log");
  service->process().send(SIGINT);
  EXPECT_EQ(service->process().wait(std::chrono::seconds(8)), 130);
}

}  // namespace
}  // namespace banyan::services_test
