#include "tests/bench/router/load.hpp"

#include "tests/support/loopback.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

namespace banyan::bench {
namespace {

using support::send_all;
using Clock = std::chrono::steady_clock;

void no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void watch(int poller, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

struct Client {
  int fd = -1;
  std::size_t expected = 0;  // of this answer, head and body; 0 until the head is known
  std::size_t got = 0;
  std::string head;
  Clock::time_point sent;
};

class Load {
 public:
  Load(std::uint16_t port, unsigned connections, std::uint64_t requests, unsigned rules, const Paced& paced)
      : clients_(connections), total_(requests), rules_(rules), paced_(paced), poller_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (auto& client : clients_) {
      client.fd = support::tcp_socket();
      if (!support::connect_to_loopback(client.fd, port))
        throw std::runtime_error("the load cannot connect");
      no_delay(client.fd);
      by_fd_[client.fd] = &client;
      watch(poller_, client.fd);
    }
  }
  ~Load() {
    for (auto& client : clients_) ::close(client.fd);
    ::close(poller_);
  }

  LoadResult run(double limit_s) {
    const auto begin = Clock::now();
    begin_ = begin;
    result_.latencies_us.reserve(total_);
    for (auto& client : clients_) paced_.per_second == 0 ? ask(client, begin) : idle_.push_back(&client);
    std::array<epoll_event, 256> events;
    while (result_.requests + result_.failures < (paced_.per_second == 0 ? asked_ : total_) &&
           std::chrono::duration<double>(Clock::now() - begin).count() < limit_s) {
      const timespec pause = ask_what_is_due();
      const int n = ::epoll_pwait2(poller_, events.data(), static_cast<int>(events.size()), &pause, nullptr);
      for (int i = 0; i < n; ++i) on_readable(*by_fd_[events[static_cast<std::size_t>(i)].data.fd]);
    }
    result_.failures = total_ - result_.requests;
    result_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return std::move(result_);
  }

 private:
  Clock::time_point due(std::uint64_t request) const {
    return begin_ + std::chrono::nanoseconds(request * 1'000'000'000 / paced_.per_second);
  }
  // How long nothing will be due. A request that finds every connection busy waits, and the wait is part of its latency.
  timespec ask_what_is_due() {
    if (paced_.per_second == 0) return {0, 100'000'000};
    while (!idle_.empty() && asked_ < total_ && due(asked_) <= Clock::now()) {
      Client& client = *idle_.back();
      idle_.pop_back();
      ask(client, due(asked_));
    }
    if (idle_.empty() || asked_ == total_) return {0, 100'000'000};
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(due(asked_) - Clock::now()).count();
    return {0, static_cast<long>(std::clamp<std::int64_t>(left, 0, 100'000'000))};
  }

  void ask(Client& client, Clock::time_point since) {
    if (asked_ == total_) return;
    const auto rule = paced_.first_rule + asked_++ * 7919 % rules_;
    client.expected = client.got = 0;
    client.head.clear();
    client.sent = since;
    send_all(client.fd, "GET /rule" + std::to_string(rule) + "/items?id=42 HTTP/1.1\r\nHost: shop.example\r\n"
                        "User-Agent: banyan-bench\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
                        "X-Account-Id: 81723\r\nCookie: sid=0123456789abcdef\r\n\r\n");
  }

  void on_readable(Client& client) {
    const auto n = ::recv(client.fd, bytes_.data(), bytes_.size(), 0);
    if (n <= 0) {
      ::epoll_ctl(poller_, EPOLL_CTL_DEL, client.fd, nullptr);
      ++result_.failures;
      return;
    }
    client.got += static_cast<std::size_t>(n);
    if (client.expected == 0) read_head(client, {bytes_.data(), static_cast<std::size_t>(n)});
    if (client.expected == 0 || client.got < client.expected) return;
    ++result_.requests;
    result_.latencies_us.push_back(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - client.sent).count()));
    if (paced_.per_second == 0) ask(client, Clock::now());
    else idle_.push_back(&client);
  }

  void read_head(Client& client, std::string_view piece) {
    client.head.append(piece);
    const auto end = client.head.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const auto length = client.head.find("ontent-");
    const auto colon = length == std::string::npos ? length : client.head.find(": ", length);
    const bool good = client.head.compare(9, 3, "200") == 0 && colon != std::string::npos;
    if (!good) throw std::runtime_error("a proxy answered: " + client.head.substr(0, 200));
    client.expected = end + 4 + std::stoul(client.head.substr(colon + 2));
  }

  std::vector<Client> clients_;
  std::unordered_map<int, Client*> by_fd_;
  std::uint64_t total_;
  std::uint64_t asked_ = 0;
  unsigned rules_;
  Paced paced_;
  Clock::time_point begin_;
  std::vector<Client*> idle_;
  int poller_;
  LoadResult result_;
  std::array<char, 256 * 1024> bytes_;
};

}  // namespace

Origin::Origin(std::size_t body_bytes) {
  answer_ = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_bytes) + "\r\nCache-Control: no-cache\r\n\r\n" +
            std::string(body_bytes, 'x');
  listener_ = support::listen_on_loopback(port_, 512);
  thread_ = std::thread([this] { run(); });
}

Origin::~Origin() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

void Origin::run() {
  const int poller = ::epoll_create1(EPOLL_CLOEXEC);
  watch(poller, listener_);
  std::array<epoll_event, 256> events;
  std::array<char, 16 * 1024> bytes;
  while (!stop_) {
    const int n = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), 50);
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener_) {
        const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        no_delay(accepted);
        watch(poller, accepted);
        continue;
      }
      const auto size = ::recv(fd, bytes.data(), bytes.size(), 0);
      if (size <= 0) ::close(fd);
      // The proxies send each head in one piece, so its end is the end of what was read.
      else if (size >= 4 && std::memcmp(bytes.data() + size - 4, "\r\n\r\n", 4) == 0) send_all(fd, answer_);
    }
  }
  ::close(poller);
}

double LoadResult::percentile_ms(double share) const {
  if (latencies_us.empty()) return 0;
  auto sorted = latencies_us;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at), sorted.end());
  return sorted[at] / 1000.0;
}

LoadResult run_load(std::uint16_t port, unsigned connections, std::uint64_t requests, unsigned rules, double limit_s,
                    const Paced& paced) {
  return Load(port, connections, requests, rules, paced).run(limit_s);
}

}  // namespace banyan::bench
