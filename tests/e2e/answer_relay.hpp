// A relay in front of one HTTP service that can drop requests, lose its answers or keep them back: who asked does not
// know what was done. It remembers the requests. Connections one after the other; one request each.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace banyan::e2e {

class AnswerRelay {
 public:
  explicit AnswerRelay(const std::string& to);  // "127.0.0.1:8091"
  ~AnswerRelay();
  AnswerRelay(const AnswerRelay&) = delete;
  AnswerRelay& operator=(const AnswerRelay&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // The misfortunes below happen to requests that start so; at first to all.
  void only_to(const std::string& start);
  void drop_requests(bool on) { drop_ = on; }  // the service never hears of them
  void lose_answers(int count) { to_lose_ = count; }
  void keep_answers_back(bool on) { keep_back_ = on; }
  bool is_keeping_back() const { return keeping_; }  // the service has answered, nobody has been told
  std::vector<std::string> requests() const;

 private:
  void serve();
  void relay(int client);

  std::uint16_t to_ = 0, port_ = 0;
  int listener_ = -1;
  std::atomic<int> to_lose_{0};
  std::atomic<bool> drop_{false}, keep_back_{false}, keeping_{false}, stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::string unlucky_;
  std::thread thread_;
};

}  // namespace banyan::e2e
