// The program itself: started, asked over HTTP, stopped by signal.
#include "http_client.hpp"
#include "shop_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace shop::test {
namespace {

struct Finished {
  int status = 0;
  std::string output;
};

Finished run(const std::string& arguments) {
  const std::string command = std::string(SHOP_PROGRAM) + " " + arguments + " 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  Finished result;
  char bytes[4096];
  while (const std::size_t count = std::fread(bytes, 1, sizeof bytes, pipe.get())) result.output.append(bytes, count);
  result.status = WEXITSTATUS(::pclose(pipe.release()));
  return result;
}

// A running shop; killed at the end, should a test forget it.
class Process {
 public:
  explicit Process(const std::string& db) {
    int pipe[2];
    if (::pipe(pipe) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(pipe[1], 1);
      ::close(pipe[0]);
      ::execl(SHOP_PROGRAM, SHOP_PROGRAM, "--db", db.c_str(), "--port", "0", "--seed", nullptr);
      ::_exit(127);
    }
    ::close(pipe[1]);
    for (char c = 0; ::read(pipe[0], &c, 1) == 1 && c != '\n';) line_ += c;
    ::close(pipe[0]);
  }
  ~Process() {
    if (pid_ > 0) stop(SIGKILL);
  }

  const std::string& line() const { return line_; }
  int port() const { return std::stoi(line_.substr(line_.rfind(':') + 1)); }

  int stop(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  std::string line_;
};

class Program : public ::testing::Test {
 protected:
  Program() : directory_(make_temp_directory()) {}
  ~Program() override { std::filesystem::remove_all(directory_); }
  std::string db() const { return directory_ + "/shop.db"; }
  std::string directory_;
};

TEST_F(Program, ServesAndEndsCleanlyOnSigterm) {
  Process shop(db());
  EXPECT_EQ(shop.line().rfind("listening on 127.0.0.1:", 0), 0u) << shop.line();
  {
    HttpClient client(shop.port());
    EXPECT_EQ(client.get("/readyz").status, 200);
    EXPECT_EQ(client.get("/api/orders/2").status, 200);
  }
  EXPECT_EQ(shop.stop(SIGTERM), 0);
}

TEST_F(Program, AcknowledgedOrderSurvivesKill) {
  std::string body;
  {
    Process shop(db());
    HttpClient client(shop.port());
    const HttpAnswer order = client.post(
        "/api/orders",
        R"({"customer_id":5,"items":[{"product_id":7,"quantity":1}],"payment":{"method":"card","token":"tok_visa"}})");
    ASSERT_EQ(order.status, 201);
    body = order.body;
    shop.stop(SIGKILL);
  }
  Process again(db());
  HttpClient client(again.port());
  EXPECT_EQ(client.get("/api/orders/121").body, body);
}

TEST_F(Program, SeedIsTheSameEveryTime) {
  std::string first;
  for (const char* name : {"/a.db", "/b.db"}) {
    Process shop(directory_ + name);
    HttpClient client(shop.port());
    const std::string all = client.get("/api/orders?limit=100").body + client.get("/api/inventory?limit=100").body +
                            client.get("/api/payments?limit=100").body;
    if (first.empty()) first = all;
    EXPECT_EQ(all, first);
  }
}

TEST_F(Program, UsageErrorsAreTwo) {
  EXPECT_EQ(run("--port x").status, 2);
  EXPECT_NE(run("--prot 1").output.find("unknown option '--prot'"), std::string::npos);
  EXPECT_NE(run("--db").output.find("--db expects a value"), std::string::npos);
  const Finished no_directory = run("--db /nonexistent/directory/shop.db --port 0");
  EXPECT_EQ(no_directory.status, 2);
  EXPECT_NE(no_directory.output.find("cannot open '/nonexistent/directory/shop.db'"), std::string::npos);
}

TEST_F(Program, HelpVersionAndRoutes) {
  EXPECT_EQ(run("--help").status, 0);
  EXPECT_NE(run("--help").output.find("Example:"), std::string::npos);
  EXPECT_EQ(run("--version").output, "banyan-shop 4.7.2\n");
  EXPECT_NE(run("--routes").output.find("GET /api/orders/{id}\n"), std::string::npos);
  EXPECT_EQ(run("--seed-only --db " + db()).status, 0);
}

}  // namespace
}  // namespace shop::test
