// A collector for tests: takes POST /v1/traces as OTLP's JSON, checks its shape against the specification, keeps the
// spans, and answers as it is told. Everything may be called from any thread.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace banyan::support {

struct CollectedSpan {
  std::string service;  // of its resource
  std::string trace_id, span_id, parent_id, name;
  std::int64_t kind = 0, status = 0, start_ns = 0, end_ns = 0;
  std::map<std::string, std::string> attributes;  // numbers and truth values as texts
  std::vector<std::string> links;                 // span ids
  std::string get(const std::string& key) const;  // empty: no such attribute
};

class OtlpCollector {
 public:
  struct Answer {
    int status = 200;
    std::string headers{};  // complete lines
    std::string body = "{}";
    bool hang = false;  // no answer at all, until the collector ends
  };

  OtlpCollector();
  ~OtlpCollector();
  OtlpCollector(const OtlpCollector&) = delete;
  OtlpCollector& operator=(const OtlpCollector&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // The answers to come, one a request; after the last one, 200 again. Spans count only when the answer is 200.
  void answer_with(std::vector<Answer> answers);
  // Ends what hangs: those connections are closed.
  void let_go();

  std::vector<CollectedSpan> spans() const;
  // Waits for that many; what is there at the deadline comes back.
  std::vector<CollectedSpan> spans(std::size_t at_least) const;
  std::size_t requests() const;
  std::vector<std::string> heads() const;   // of the requests
  std::vector<std::string> bodies() const;  // of those whose spans count, as they came
  std::vector<std::string> faults() const;  // what was wrong with their shape

 private:
  void accept_all();
  void serve(int fd);
  Answer take(const std::string& head, const std::string& body);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<Answer> answers_;
  std::vector<CollectedSpan> spans_;
  std::vector<std::string> heads_, bodies_, faults_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  bool let_go_ = false;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
};

// The shape alone: what is wrong with an export request, nothing when all is well.
std::vector<std::string> otlp_faults(std::string_view body, std::vector<CollectedSpan>* spans = nullptr);

}  // namespace banyan::support
