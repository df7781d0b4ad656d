// The record in a real etcd: adding, listing, watching, and following it through what etcd does to a watch.
#include "router/cutover/record.hpp"
#include "router/fleet/follower.hpp"
#include "tests/fleet/etcd_server.hpp"
#include "tests/fleet/relay.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <thread>

namespace banyan::fleet {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds patience{5000};
constexpr auto long_enough = std::chrono::seconds(60);

class SharedRecord : public testing::Test {
 protected:
  void SetUp() override {
    if (etcd_program().empty()) GTEST_SKIP();
    etcd_ = std::make_unique<EtcdServer>(dir_.path());
  }

  Address address(std::uint16_t port = 0) const { return {{{"127.0.0.1", port ? port : etcd_->port()}}, "/shop"}; }

  // Adds entry after entry, each with `changes` of the same cutover.
  struct Writer {
    explicit Writer(const Address& at) : log(at, patience) {}
    Written add(std::size_t padding = 0) {
      Entry entry{last.seq + 1, last.hash, fresh_id(), "edge-a", "ada", std::string(padding, 'x'), "t", "c", {{"orders", {}, {}, "s", "{}"}}};
      const std::string text = to_json(entry);
      auto written = log.add(entry.seq, created, text);
      EXPECT_TRUE(written) << written.error().what;
      if (written->done) last = {entry.seq, cutover::sha256_hex(text)}, created = written->revision;
      return *written;
    }
    SharedLog log;
    Position last;
    std::int64_t created = 0;
  };

  support::TempDir dir_;
  std::unique_ptr<EtcdServer> etcd_;
};

TEST_F(SharedRecord, F12_OfTwoWritersOneIsFirstAndTheOtherSeesWhatIsThere) {
  Writer a(address()), b(address());
  EXPECT_TRUE(a.add().done);
  const auto lost = b.add();
  EXPECT_FALSE(lost.done);
  const auto judged = judge("/shop", {}, lost.instead.items);
  ASSERT_EQ(judged.fresh.size(), 1u) << judged.words;
  b.last = {1, judged.fresh[0].hash}, b.created = judged.fresh[0].created;
  EXPECT_TRUE(b.add().done);
  EXPECT_FALSE(a.add().done);
}

TEST_F(SharedRecord, F12_ManyWritersMakeOneChainWithoutAGap) {
  constexpr int writers = 4, each = 25;
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i)
    threads.emplace_back([this] {
      Writer writer(address());
      for (int done = 0; done < each;) {
        const auto written = writer.add();
        if (written.done) { ++done; continue; }
        const auto judged = judge("/shop", writer.last, written.instead.items);
        ASSERT_EQ(judged.verdict, Judged::Verdict::good) << judged.words;
        if (judged.fresh.empty()) continue;
        writer.last = {judged.fresh.back().entry.seq, judged.fresh.back().hash}, writer.created = judged.fresh.back().created;
      }
    });
  for (std::thread& thread : threads) thread.join();
  SharedLog reader(address(), patience);
  const auto all = reader.list(1);
  ASSERT_TRUE(all);
  const auto judged = judge("/shop", {}, all->items);
  EXPECT_EQ(judged.verdict, Judged::Verdict::good) << judged.words;
  EXPECT_EQ(judged.fresh.size(), std::size_t{writers * each});
}

TEST_F(SharedRecord, ALongRecordIsReadInPages) {
  Writer writer(address());
  for (int i = 0; i < 450; ++i) ASSERT_TRUE(writer.add(i % 50 == 0 ? 20'000 : 0).done);
  const auto all = writer.log.list(1);
  ASSERT_TRUE(all) << all.error().what;
  EXPECT_EQ(judge("/shop", {}, all->items).fresh.size(), 450u);
  EXPECT_EQ(writer.log.list(450)->items.size(), 1u);
  EXPECT_EQ(writer.log.version(), "3.4.23");
}

TEST_F(SharedRecord, TheNextMemberAnswersWhenOneIsGone) {
  Address two = address();
  two.endpoints.insert(two.endpoints.begin(), Endpoint{"127.0.0.1", support::free_port()});
  SharedLog log(two, patience);
  EXPECT_TRUE(log.list(1));
}

TEST_F(SharedRecord, F12_AWatchSaysThatThereIsNewsAndThatItWasCompacted) {
  Writer writer(address());
  ASSERT_TRUE(writer.add().done);
  const auto revision = writer.created;
  Watch watch(address(), patience);
  ASSERT_EQ(watch.open(revision + 1), "");
  EXPECT_EQ(watch.wait(milliseconds(10), -1), Watch::News::silent);
  ASSERT_TRUE(writer.add().done);
  EXPECT_EQ(watch.wait(long_enough, -1), Watch::News::changed);
  ASSERT_TRUE(writer.add().done);
  etcd_->compact(writer.created);
  ASSERT_EQ(watch.open(revision + 1), "");
  EXPECT_EQ(watch.wait(long_enough, -1), Watch::News::compacted);
  EXPECT_FALSE(watch.is_open());
  etcd_->kill_hard();
  EXPECT_NE(watch.open(revision + 1), "");
}

// Follows, and remembers the newest entry that it was given.
class Following {
 public:
  Following(const Address& address, milliseconds relist, std::function<void()> on_first = {})
      : follower_({address, "edge-b", relist, patience}, member(std::move(on_first)), health) {
    follower_.start();
  }
  std::int64_t seq() const {
    const std::lock_guard lock(mutex_);
    return position_.seq;
  }
  bool reaches(std::int64_t wanted) const {
    return support::eventually([&] { return seq() == wanted; }, long_enough);
  }
  Health health;

 private:
  Member member(std::function<void()> on_first) {
    Member out;
    out.position = [this] {
      const std::lock_guard lock(mutex_);
      return position_;
    };
    out.take = [this, on_first = std::move(on_first), first = true](const Position&, const Listing& listing) mutable -> std::string {
      if (std::exchange(first, false) && on_first) on_first();
      const std::lock_guard lock(mutex_);
      const auto judged = judge("/shop", position_, listing.items);
      if (!judged.fresh.empty()) position_ = {judged.fresh.back().entry.seq, judged.fresh.back().hash};
      return judged.words;
    };
    out.push = [] { return std::string(); };
    out.log = [](bool, const std::string&) {};
    return out;
  }
  mutable std::mutex mutex_;
  Position position_;
  Follower follower_;
};

constexpr milliseconds hardly_ever{300'000};

TEST_F(SharedRecord, F12_FollowsByTheWatchAlone) {
  Following following(address(), hardly_ever);
  Writer writer(address());
  for (int i = 1; i <= 20; ++i) {
    ASSERT_TRUE(writer.add().done);
    ASSERT_TRUE(following.reaches(i));
  }
}

TEST_F(SharedRecord, F12_WhatWasCompactedAwayIsListed) {
  Writer writer(address());
  ASSERT_TRUE(writer.add().done);
  // After the listing and before the watch: the watch asks for a revision that is gone.
  Following following(address(), hardly_ever, [&] {
    ASSERT_TRUE(writer.add().done);
    ASSERT_TRUE(writer.add().done);
    etcd_->compact(writer.created);
  });
  EXPECT_TRUE(following.reaches(3));
  EXPECT_EQ(following.health.report().compactions, 1u);
}

TEST_F(SharedRecord, F12_AWatchThatGoesSilentCostsOneRelistInterval) {
  Relay relay(etcd_->port());
  Following following(address(relay.port()), milliseconds(500));
  ASSERT_TRUE(following.health.wait_until_in_step(long_enough));
  relay.mute_watches();
  Writer writer(address());
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(writer.add().done);
    ASSERT_TRUE(following.reaches(i));
  }
  EXPECT_TRUE(support::eventually([&] { return relay.lost_watch_news(); }, long_enough));
  EXPECT_TRUE(following.health.report().in_step);
}

TEST_F(SharedRecord, F12_GoesOnAfterARestartOfEtcd) {
  Following following(address(), hardly_ever);
  Writer writer(address());
  ASSERT_TRUE(writer.add().done);
  ASSERT_TRUE(following.reaches(1));
  etcd_->kill_hard();
  EXPECT_TRUE(support::eventually([&] { return !following.health.report().in_step; }, long_enough));
  EXPECT_NE(following.health.report().trouble, "");
  etcd_->start();
  EXPECT_TRUE(following.health.wait_until_in_step(long_enough));
  ASSERT_TRUE(writer.add().done);
  EXPECT_TRUE(following.reaches(2));
}

TEST_F(SharedRecord, F12_AnEtcdThatLostItsDataIsNotFollowedBack) {
  Following following(address(), milliseconds(200));
  Writer writer(address());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.add().done);
  ASSERT_TRUE(following.reaches(3));
  etcd_->kill_hard();
  etcd_->lose_data();
  etcd_->start();
  EXPECT_TRUE(support::eventually([&] { return following.health.report().trouble.find("does not hold entry 3") != std::string::npos; }, long_enough))
      << following.health.report().trouble;
  EXPECT_EQ(following.seq(), 3);
  Writer late(address());
  late.last = writer.last, late.created = writer.created;
  EXPECT_FALSE(late.add().done) << "nothing is added behind a gap";
}

}  // namespace
}  // namespace banyan::fleet
