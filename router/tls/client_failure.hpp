// Why a handshake with a client came to nothing: words for metrics, and lines for a log that stays readable while
// somebody scans the port. Pure; no lock of its own.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::tls {

// `error`: the first of OpenSSL's error queue, 0 for none; `verdict`: SSL_get_verify_result().
std::string_view client_failure_word(unsigned long error, long verdict);

// One line for each word in ten seconds; the next one says how many were left out.
class ClientFailureLog {
 public:
  using Clock = std::chrono::steady_clock;
  // Empty: not now. `word` is static text.
  std::string line(Clock::time_point now, std::string_view peer, std::string_view word, std::string_view text);

 private:
  struct Entry {
    std::string_view word;
    Clock::time_point written;
    std::uint64_t left_out = 0;
  };
  std::array<Entry, 32> entries_{};
};

}  // namespace banyan::tls
