// What a call to another service asks and what can come of it. Plain values; any thread.
#pragma once
#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::client {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Call {
  std::string method = "GET";
  std::string target;  // path and query
  Headers headers;
  std::string body;
  std::chrono::milliseconds deadline{2000};  // for all attempts together
  int attempts = 1;                          // more than one only for calls that may be repeated
  bool digest = false;                       // the body's digest goes along, the answer's is asked for (RFC 9530)
};

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;

  std::optional<std::string_view> header(std::string_view name) const;  // whatever its case
};

enum class Failure {
  refused,       // no connection
  timeout,       // the deadline passed
  cut,           // the connection ended in mid-exchange
  malformed,     // what came is not HTTP, too large, or not what was sent
  circuit_open,  // not tried: the upstream has failed too often just now
  full,          // not tried: as many calls as allowed are under way
};

std::string_view to_word(Failure failure);

struct Error {
  Error() : Error(Failure::refused, false, {}) {}
  Error(Failure what, bool acted, std::string why)
      : failure(what), may_have_acted(acted), text(std::move(why)) {}
  Failure failure;
  bool may_have_acted;  // false: certainly nothing arrived
  std::string text;
};

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

using Result = boost::system::result<Answer, Error>;

// Doing it twice does no harm: safe and idempotent methods (RFC 9110 9.2.2), or an Idempotency-Key.
bool may_be_repeated(const Call& call);

}  // namespace banyan::client
