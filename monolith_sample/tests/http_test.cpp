#include "core/http_server.hpp"
#include "http_client.hpp"
#include "shop_fixture.hpp"

#include <future>
#include <thread>

namespace shop::test {
namespace {

class Http : public ShopTest {
 protected:
  Http() : server_(shop.router(), "127.0.0.1", 0, 2), thread_([this] { server_.run(false); }) {}
  ~Http() override { stop(); }

  void stop() {
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }
  int port() const { return server_.port(); }

  core::HttpServer server_;
  std::thread thread_;
};

TEST_F(Http, ConnectionStaysOpenForManyRequests) {
  HttpClient client(port());
  for (int i = 1; i <= 20; ++i) {
    const HttpAnswer answer = client.get("/api/orders/" + std::to_string(i));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, shop.get("/api/orders/" + std::to_string(i)).body);
    EXPECT_TRUE(answer.has_header("Content-Type: application/json\r\n"));
  }
}

TEST_F(Http, PipelinedRequestsAreAnsweredInOrder) {
  HttpClient client(port());
  client.send("GET /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /api/orders/2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.receive().body, shop.get("/api/orders/1").body);
  EXPECT_EQ(client.receive().body, shop.get("/api/orders/2").body);
}

TEST_F(Http, HeadHasTheLengthButNoBody) {
  HttpClient client(port());
  client.send("HEAD /api/orders/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const HttpAnswer head = client.receive(true);
  const std::string length = std::to_string(shop.get("/api/orders/1").body.size());
  EXPECT_TRUE(head.has_header("Content-Length: " + length + "\r\n")) << head.head;
  EXPECT_EQ(client.get("/livez").body, R"({"status":"ok"})");
}

TEST_F(Http, ChunkedBodyAndExpectContinueWork) {
  HttpClient client(port());
  client.send("POST /api/inventory/7/receive HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              "5\r\n{\"qua\r\nb\r\nntity\":1   \r\n1\r\n}\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  client.send("POST /api/inventory/7/receive HTTP/1.1\r\nHost: a\r\nContent-Length: 14\r\n"
              "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("{\"quantity\":1}");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(Http, TooLargeAndMalformedRequestsGetAnAnswer) {
  HttpClient large(port());
  large.send("POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_EQ(large.receive().status, 413);
  EXPECT_TRUE(large.closed_by_peer());
  HttpClient broken(port());
  broken.send("NONSENSE\r\n\r\n");
  EXPECT_EQ(broken.receive().status, 400);
  EXPECT_TRUE(broken.closed_by_peer());
}

TEST_F(Http, ConnectionCloseIsHonoured) {
  HttpClient client(port());
  client.send("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(Http, MethodNotAllowedNamesTheOthers) {
  HttpClient client(port());
  client.send("DELETE /api/customers/1/addresses HTTP/1.1\r\nHost: a\r\n\r\n");
  const HttpAnswer answer = client.receive();
  EXPECT_EQ(answer.status, 405);
  EXPECT_TRUE(answer.has_header("Allow: GET, POST\r\n"));
}

TEST_F(Http, AccountHeaderReachesTheHandlers) {
  HttpClient client(port());
  client.send("GET /api/me HTTP/1.1\r\nHost: a\r\nx-ACCOUNT-id: 5\r\n\r\n");
  EXPECT_EQ(client.receive().body, shop.get("/api/me", 5).body);
}

TEST_F(Http, ManyClientsAtOnceLoseNothing) {
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [this] {
      HttpClient client(port());
      int good = 0;
      for (int i = 0; i < 20; ++i) {
        good += client.post("/api/inventory/7/receive", R"({"quantity":1})").status == 200 ? 1 : 0;
        good += client.get("/api/inventory/7").status == 200 ? 1 : 0;
      }
      return good;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 40);
  EXPECT_EQ(shop.get("/api/inventory/7").number("/received"), 139 + 160);
}

TEST_F(Http, StopClosesIdleConnectionsAndRefusesNewOnes) {
  HttpClient idle(port());
  EXPECT_EQ(idle.get("/livez").status, 200);
  const int where = port();
  stop();
  EXPECT_TRUE(idle.closed_by_peer());
  EXPECT_THROW(HttpClient{where}, std::runtime_error);
}

TEST_F(Http, TakenPortIsAnError) {
  EXPECT_THROW(core::HttpServer(shop.router(), "127.0.0.1", port(), 1), std::exception);
}

}  // namespace
}  // namespace shop::test
