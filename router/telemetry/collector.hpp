// Where spans are sent, and what a collector's answers mean (OTLP/HTTP specification, "Failures").
// Pure; any thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::telemetry {

struct Collector {
  std::string host;  // name, IPv4, or IPv6 without brackets
  std::uint16_t port = 0;
  std::string target;  // ends with /v1/traces
  bool operator==(const Collector&) const = default;
};

// "http://127.0.0.1:4318" is the base; /v1/traces is appended unless it stands there already. Left out, the port is
// 4318. Nothing: it is no such URL; `why` then says what is wrong.
std::optional<Collector> parse_collector(std::string_view url, std::string& why);
std::string to_string(const Collector& collector);

// One attempt to hand over a batch.
struct ExportReply {
  int status = 0;     // 0: there was no answer
  std::string error;  // then: why, in words
  std::optional<std::chrono::seconds> retry_after;
  std::string body;
};

enum class ExportVerdict : std::uint8_t {
  taken,
  again,  // 429, 502, 503, 504, or no answer
  lost    // any other answer: sending it again would end the same way
};
ExportVerdict judge(const ExportReply& reply);

// How many spans of a batch the collector did not take although it said 200 (partialSuccess).
std::uint64_t rejected_spans(std::string_view body);

struct ExportPatience {
  std::chrono::milliseconds first{500}, most{10'000};  // pauses, before they are spread
  std::chrono::milliseconds whole{60'000};             // then the batch is given up
};
// Before the (n+1)-th attempt, n from 1: what the collector asked for, else full jitter over an exponential.
std::chrono::milliseconds export_pause(const ExportPatience& patience, std::uint32_t attempts,
                                       std::optional<std::chrono::seconds> retry_after, std::uint64_t random);

// New traces are recorded when this part of their id says so, the same for every hop that asks.
struct Ratio {
  explicit Ratio(double share = 0);
  bool takes(std::uint64_t trace_id_low) const { return (trace_id_low & mask) < below_; }

 private:
  static constexpr std::uint64_t mask = (std::uint64_t{1} << 56) - 1;  // the bits that W3C calls random
  std::uint64_t below_;
};

}  // namespace banyan::telemetry
