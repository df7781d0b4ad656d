// Whether a request may be sent again, when, and how many may be sent again at once.
//
// again_after() holds the rule of the house: nothing that may have been processed is sent twice, unless it is
// idempotent, has no body and nobody has begun to answer it (RFC 9110 9.2.2).
// RetryBudget bounds retries to a share of what is under way, so that retries cannot drown an upstream that is down
// already; backoff is "full jitter" (M. Brooker, AWS Architecture Blog, 2015).
// Pure: clock and randomness are arguments. RetryBudget: any thread.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>

namespace banyan::resilience {

struct RetryRule {
  std::uint32_t most = 1;  // times a request that was sent may be sent again
  std::chrono::milliseconds base{25};
  std::chrono::milliseconds cap{250};
  bool safe_only = false;  // leaves out PUT and DELETE
  bool operator==(const RetryRule&) const = default;
};

struct Attempt {
  bool nothing_sent = false;   // not one byte of it has left, and none of its body was taken from the caller
  bool kept = false;           // it went out on a connection that had been idle, and may just have been closed
  bool answer_begun = false;   // a byte of an answer has come, or the peer has asked for the body
  bool body = false;           // there is a body, sent or not
  bool safe = false;
  bool idempotent = false;     // safe methods are
  std::uint32_t resent = 0;    // how often it was sent again already
};

enum class Again : std::uint8_t {
  no,
  same,       // on a fresh connection; any endpoint will do
  elsewhere,  // only on an endpoint that has not failed for this request
};
Again again_after(const Attempt& attempt, const RetryRule& rule);

// Uniform in [0, min(cap, base * 2^retry)]; `random` is any 64 random bits.
std::chrono::milliseconds backoff(const RetryRule& rule, std::uint32_t retry, std::uint64_t random);

struct BudgetRule {
  double share = 0.20;      // of the requests under way
  std::uint32_t floor = 3;  // so many are always allowed
  bool operator==(const BudgetRule&) const = default;
};

class RetryBudget {
 public:
  // A place for one retry; whoever gets one must end().
  bool try_begin(const BudgetRule& rule, std::int64_t active);
  void end() { under_way_.fetch_sub(1, std::memory_order_relaxed); }
  void note(bool good) { last_good_.store(good, std::memory_order_relaxed); }  // what a retry came to
  // Whether a request should wait for a place: only while the retries that have one succeed. When they fail as well,
  // waiting would only add load to an upstream that has enough of it.
  bool worth_waiting() const { return last_good_.load(std::memory_order_relaxed); }
  void count_exhausted() { exhausted_.fetch_add(1, std::memory_order_relaxed); }

  std::uint32_t under_way() const { return under_way_.load(std::memory_order_relaxed); }
  std::uint64_t retries() const { return retries_.load(std::memory_order_relaxed); }
  std::uint64_t times_exhausted() const { return exhausted_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> under_way_{0};
  std::atomic<std::uint64_t> retries_{0};
  std::atomic<std::uint64_t> exhausted_{0};
  std::atomic<bool> last_good_{true};
};

}  // namespace banyan::resilience
