// GET /api/v1/events over real sockets: what comes first, what comes again, who is turned away, who is dropped.
#include "router/admin/server.hpp"
#include "tests/router/admin/fixture.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/loopback.hpp"

#include <gmock/gmock.h>

#include <sys/time.h>

namespace banyan::admin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// One connection that asks, and reads as far as it is told to.
class Watcher {
 public:
  Watcher(std::uint16_t port, const std::string& fields = "", int receive_buffer = 0) : fd_(support::tcp_socket()) {
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const timeval patience{30, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_TRUE(support::connect_to_loopback(fd_, port));
    const std::string request = "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n";
    EXPECT_EQ(::send(fd_, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  }
  ~Watcher() { ::close(fd_); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Everything up to and with `mark`; what was read after it waits.
  std::string until(const std::string& mark) {
    char piece[4096];
    while (bytes_.find(mark) == std::string::npos) {
      const ssize_t n = TEMP_FAILURE_RETRY(::recv(fd_, piece, sizeof piece, 0));
      if (n <= 0) return bytes_ + "<end>";
      bytes_.append(piece, static_cast<std::size_t>(n));
    }
    const auto end = bytes_.find(mark) + mark.size();
    const std::string text = bytes_.substr(0, end);
    bytes_.erase(0, end);
    return text;
  }
  std::string event() { return until("\n\n"); }

 private:
  int fd_;
  std::string bytes_;
};

std::string id_of(const std::string& event) {
  const auto at = event.find("id: ") + 4;
  return event.substr(at, event.find('\n', at) - at);
}

class Events : public testing::Test {
 protected:
  void start(Pace pace, Sources sources = {}, const std::vector<Credential>& credentials = {{"", Role::operate, "operate-0123456789"}}) {
    api_ = std::make_unique<Api>(*control_, std::move(sources), credentials);
    server_ = std::make_unique<Server>(*api_, config::Address{"127.0.0.1", 0}, pace);
    server_->start();
  }
  std::uint16_t port() const { return server_->port(); }

  Shop shop_;
  std::unique_ptr<Control> control_ = shop_.open();
  std::unique_ptr<Api> api_;
  std::unique_ptr<Server> server_;
};

TEST_F(Events, AWholeSnapshotFirstThenWhatChanges) {
  start({std::chrono::milliseconds(20)});
  Watcher watcher(port());
  EXPECT_THAT(watcher.until("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream\r\n"));
  const std::string first = watcher.event();
  EXPECT_THAT(first, HasSubstr("event: state\n"));
  EXPECT_THAT(first, HasSubstr("\"name\":\"orders\""));
  ASSERT_TRUE(control_->command("orders", command(cutover::Verb::promote), ada));
  std::string news;
  for (int i = 0; i < 1000 && news.find("shadow 20 %\"") == std::string::npos; ++i) news = watcher.event();
  EXPECT_THAT(news, HasSubstr("event: state\n"));
  EXPECT_NE(id_of(news), id_of(first));
}

TEST_F(Events, WhoeverHasTheNewestIdIsOnlyToldThatItIsStillSo) {
  start({std::chrono::milliseconds(20)});
  Watcher before(port());
  before.until("\r\n\r\n");
  const std::string id = id_of(before.event());
  EXPECT_THAT(before.event(), HasSubstr("event: same\ndata: {\"at_ms\":"));
  Watcher again(port(), "Last-Event-ID: " + id + "\r\n");
  again.until("\r\n\r\n");
  EXPECT_THAT(again.event(), HasSubstr("event: same\n"));
  Watcher other(port(), "Last-Event-ID: of-another-start\r\n");
  other.until("\r\n\r\n");
  EXPECT_THAT(other.event(), HasSubstr("event: state\n"));
}

TEST_F(Events, TheNumberOfWatchersIsBounded) {
  start({std::chrono::milliseconds(20), std::chrono::seconds(5), 2});
  {
    Watcher one(port()), two(port());
    one.until("\r\n\r\n"), two.until("\r\n\r\n");
    Watcher three(port());
    EXPECT_THAT(three.until("\r\n\r\n"), HasSubstr("HTTP/1.1 503 "));
    EXPECT_EQ(support::HttpClient("127.0.0.1", port()).get("/api/v1/overview").status, 200);
  }
  ASSERT_TRUE(support::eventually([&] { return server_->watchers() == 0; }));
  Watcher later(port());
  EXPECT_THAT(later.until("\r\n\r\n"), HasSubstr("HTTP/1.1 200 "));
}

TEST_F(Events, AReaderThatTakesNothingIsDropped) {
  Sources sources;
  // More than any buffer on the way holds.
  sources.process = [] { return "{\"long\":\"" + std::string(16'000'000, 'x') + "\"}"; };
  start({std::chrono::milliseconds(5), std::chrono::milliseconds(1000)}, std::move(sources));
  Watcher silent(port(), "", 4096);
  silent.until("\r\n\r\n");  // it is served; or dropped already, on a machine that is busy
  EXPECT_TRUE(support::eventually([&] { return server_->watchers() == 0; }));
  EXPECT_EQ(support::HttpClient("127.0.0.1", port()).get("/livez").status, 200);
}

TEST_F(Events, WatchingNeedsATokenWhereReadingDoes) {
  start({std::chrono::milliseconds(20)}, {}, {{"wall", Role::view, "view-0123456789abc"}});
  EXPECT_THAT(Watcher(port()).until("\r\n\r\n"), HasSubstr("HTTP/1.1 401 "));
  EXPECT_THAT(Watcher(port(), "Authorization: Bearer view-0123456789abc\r\n").until("\r\n\r\n"), HasSubstr("HTTP/1.1 200 "));
}

TEST_F(Events, LargeRequestsAreRefusedWithWords) {
  start({});
  support::HttpClient client("127.0.0.1", port());
  const auto body = client.request("POST", "/api/v1/rollback-all", {}, std::string(70'000, 'x'));
  EXPECT_EQ(body.status, 413);
  EXPECT_THAT(body.body, HasSubstr("64 KiB"));
  EXPECT_EQ(support::HttpClient("127.0.0.1", port()).get("/livez", {{"X-Long", std::string(20'000, 'x')}}).status, 431);
}

}  // namespace
}  // namespace banyan::admin
