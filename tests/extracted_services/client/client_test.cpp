// The client against a real server on a real socket that misbehaves as it is told.
#include "extracted_services/client/client.hpp"

#include "extracted_services/client/exchange.hpp"
#include "extracted_services/client/response_reader.hpp"

#include <boost/asio.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace banyan::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr const char* plain = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Serves one connection after another; each request takes the next script: bytes to answer with, or "" to cut.
// After the last script it reads and stays silent.
class Scripted {
 public:
  explicit Scripted(std::vector<std::string> scripts) : scripts_(std::move(scripts)) {
    thread_ = std::thread([this] { run(); });
  }
  ~Scripted() {
    stopping_ = true;
    asio::io_context context;
    tcp::socket wake(context);
    boost::system::error_code ignored;
    wake.connect(acceptor_.local_endpoint(), ignored);
    wake.close(ignored);
    thread_.join();
  }
  Upstream upstream() const { return {"127.0.0.1", acceptor_.local_endpoint().port()}; }
  int connections() const { return connections_; }
  int requests() const { return requests_; }

 private:
  void run() {
    while (!stopping_) {
      tcp::socket socket(context_);
      acceptor_.accept(socket);
      if (stopping_) return;
      ++connections_;
      while (serve_one(socket)) {
      }
    }
  }
  bool serve_one(tcp::socket& socket) {
    std::string head;
    boost::system::error_code error;
    asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n", error);
    if (error) return false;
    const std::size_t at = static_cast<std::size_t>(requests_++);
    if (at >= scripts_.size()) {  // silence until the client gives up
      char byte;
      socket.read_some(asio::buffer(&byte, 1), error);
      return false;
    }
    if (scripts_[at].empty()) return false;
    asio::write(socket, asio::buffer(scripts_[at]), error);
    return !error && scripts_[at].find("Connection: close") == std::string::npos;
  }

  std::vector<std::string> scripts_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0}, requests_{0};
  std::thread thread_;
};

std::vector<Result> send_all(const Upstream& upstream, const std::vector<Call>& calls, Options options = {}) {
  asio::io_context context;
  Client client(context.get_executor(), upstream, options);
  std::vector<Result> results;
  const auto work = [&]() -> asio::awaitable<void> {
    for (const auto& call : calls) results.push_back(co_await client.send(call));
  };
  asio::co_spawn(context, work, asio::detached);
  context.run();
  return results;
}

Call get(int attempts = 1) { return {"GET", "/x", {}, {}, 5s, attempts}; }

TEST(Client, KeepsItsConnection) {
  Scripted server({plain, plain, plain});
  for (const auto& result : send_all(server.upstream(), {get(), get(), get()})) {
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(result->body, "ok");
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(Client, RepeatsWhatMayBeRepeatedInsideItsDeadline) {
  Scripted server({"", "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", plain});
  const auto results = send_all(server.upstream(), {get(5)}, {.retry = {.base = 1ms, .cap = 5ms}});
  ASSERT_TRUE(results[0]);
  EXPECT_EQ(results[0]->status, 200);
  EXPECT_EQ(server.requests(), 3);
}

TEST(Client, DoesNotRepeatWhatMayNot) {
  Scripted server({"", plain});
  const Call post{"POST", "/x", {}, "{}", 5s, 5};
  const auto results = send_all(server.upstream(), {post});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().failure, Failure::cut);
  EXPECT_TRUE(results[0].error().may_have_acted);
  EXPECT_EQ(server.requests(), 1);
}

TEST(Client, RepeatsAWriteThatHasAKey) {
  Scripted server({"", plain});
  const Call post{"POST", "/x", {{"Idempotency-Key", "k"}}, "{}", 5s, 5};
  const auto results = send_all(server.upstream(), {post}, {.retry = {.base = 1ms, .cap = 5ms}});
  ASSERT_TRUE(results[0]);
  EXPECT_EQ(server.requests(), 2);
}

// Content-Digest of "ok".
const std::string digest_of_ok = "Content-Digest: sha-256=:Jok2eyBcFs4y7UIAlCuLix4mLfxw2byfvHfElpmk8d8=:\r\n";

TEST(Client, AnAnswerDamagedOnItsWayIsAskedForAgain) {
  const std::string head = "HTTP/1.1 200 OK\r\n" + digest_of_ok;
  Scripted server({head + "Content-Length: 2\r\n\r\noj", head + "Transfer-Encoding: chunked\r\n\r\n2\r\nOk\r\n0\r\n\r\n",
                   head + "Content-Length: 2\r\n\r\nok"});
  const auto results = send_all(server.upstream(), {get(5)}, {.retry = {.base = 1ms, .cap = 5ms}});
  ASSERT_TRUE(results[0]);
  EXPECT_EQ(results[0]->body, "ok");
  EXPECT_EQ(server.requests(), 3);
}

TEST(Client, ADamagedAnswerOfWhatMayNotBeRepeatedIsNoAnswer) {
  Scripted server({"HTTP/1.1 200 OK\r\n" + digest_of_ok + "Content-Length: 2\r\n\r\noj", plain});
  const auto results = send_all(server.upstream(), {Call{"POST", "/x", {}, "{}", 5s, 5}});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().failure, Failure::malformed);
  EXPECT_TRUE(results[0].error().may_have_acted);
  EXPECT_EQ(server.requests(), 1);
}

TEST(Client, ADigestSaysNothingWhereThereIsNoBody) {
  Scripted server({"HTTP/1.1 204 x\r\n" + digest_of_ok + "\r\n"});
  EXPECT_TRUE(send_all(server.upstream(), {get()})[0]);
}

TEST(Client, ARequestThatArrivedDamagedIsSentAgain) {
  Scripted server({"HTTP/1.1 408 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", plain});
  const auto results = send_all(server.upstream(), {get(5)}, {.retry = {.base = 1ms, .cap = 5ms}});
  ASSERT_TRUE(results[0]);
  EXPECT_EQ(results[0]->status, 200);
}

TEST(Client, TellsTheDigestOfABodyAndAsksForOne) {
  Call call{"POST", "/x", {}, "ok", 5s, 1};
  EXPECT_EQ(request_text(call, "h", 1).find("Digest"), std::string::npos);
  call.digest = true;
  EXPECT_NE(request_text(call, "h", 1).find("\r\n" + digest_of_ok), std::string::npos);
  EXPECT_NE(request_text(call, "h", 1).find("\r\nWant-Content-Digest: sha-256=10\r\n"), std::string::npos);
  call.body.clear();
  EXPECT_EQ(request_text(call, "h", 1).find("\r\nContent-Digest"), std::string::npos);
}

TEST(Client, AConnectionThatThePeerHasClosedIsNotAFailure) {
  Scripted server({"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "", plain});
  const auto results = send_all(server.upstream(), {get(), get()});
  ASSERT_TRUE(results[1]);
  EXPECT_EQ(results[1]->body, "ok");
}

TEST(Client, GivesUpAtTheDeadline) {
  Scripted server({});
  Call call = get();
  call.deadline = 50ms;
  const auto began = std::chrono::steady_clock::now();
  const auto results = send_all(server.upstream(), {call});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().failure, Failure::timeout);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 50ms);
}

TEST(Client, NobodyThereMeansNothingWasDone) {
  asio::io_context context;
  std::uint16_t port = 0;
  {
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    port = acceptor.local_endpoint().port();
  }
  const auto results = send_all({"127.0.0.1", port}, {get()});
  ASSERT_FALSE(results[0]);
  EXPECT_EQ(results[0].error().failure, Failure::refused);
  EXPECT_FALSE(results[0].error().may_have_acted);
}

TEST(Client, NoMoreCallsAtOnceThanTheBulkheadAllows) {
  Scripted server({});
  asio::io_context context;
  Client client(context.get_executor(), server.upstream(), {.bulkhead = {.inflight = 1}});
  std::vector<Failure> failures;
  const auto work = [&]() -> asio::awaitable<void> {
    Call call = get();
    call.deadline = 100ms;
    const auto result = co_await client.send(call);
    failures.push_back(result.error().failure);
  };
  asio::co_spawn(context, work, asio::detached);
  asio::co_spawn(context, work, asio::detached);
  context.run();
  EXPECT_EQ(failures, (std::vector<Failure>{Failure::full, Failure::timeout}));
}

TEST(Client, LeavesAnUpstreamAloneThatKeepsFailing) {
  const std::string bad = "HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n";
  Scripted server({bad, bad, plain});
  const auto results = send_all(server.upstream(), {get(), get(), get()},
                                {.breaker = {.consecutive = 2, .open_for = 1h, .probes = 1}});
  ASSERT_FALSE(results[2]);
  EXPECT_EQ(results[2].error().failure, Failure::circuit_open);
  EXPECT_FALSE(results[2].error().may_have_acted);
  EXPECT_EQ(server.requests(), 2);
}

TEST(ResponseReader, ReadsAnswersHoweverTheyAreCut) {
  struct Row {
    std::string bytes;
    int status;
    std::string body;
  };
  const std::vector<Row> table{
      {plain, 200, "ok"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, ""},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n", 200, "abcde"},
      {"HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
  };
  for (const auto& [bytes, status, body] : table) {
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
      ResponseReader reader("GET", 100);
      auto state = ResponseReader::State::need_more;
      for (std::size_t at = 0; at < bytes.size() && state == ResponseReader::State::need_more; at += piece)
        state = reader.feed(std::string_view(bytes).substr(at, piece));
      ASSERT_EQ(state, ResponseReader::State::complete) << bytes << " in pieces of " << piece;
      EXPECT_EQ(reader.answer().status, status);
      EXPECT_EQ(reader.answer().body, body);
    }
  }
}

TEST(ResponseReader, RefusesWhatIsNoAnswerOrTooLarge) {
  for (const std::string bytes : {"hello\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"}) {
    ResponseReader reader("GET", 100);
    EXPECT_EQ(reader.feed(bytes), ResponseReader::State::failed) << bytes;
    EXPECT_NE(reader.error(), "");
  }
}

TEST(Upstream, IsHostAndPort) {
  EXPECT_EQ(parse_upstream("http://127.0.0.1:8099/")->port, 8099);
  EXPECT_EQ(parse_upstream("localhost:1")->host, "127.0.0.1");
  for (const auto* wrong : {"", "8099", "host:80", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", ":80"})
    EXPECT_FALSE(parse_upstream(wrong)) << wrong;
}

}  // namespace
}  // namespace banyan::client
