// The record that a fleet shares, in etcd: listing it, adding one entry if nobody else was first, and being told that there
// is news. Blocking, each call with a deadline; an object belongs to one thread at a time.
#pragma once
#include "router/fleet/connection.hpp"
#include "router/fleet/gateway.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>

namespace banyan::fleet {

struct LogError {
  std::string what;
  bool perhaps_done = false;  // it is not known whether an entry was added
};
template <class T>
using Result = boost::system::result<T, LogError>;

class SharedLog {
 public:
  SharedLog(const Address& address, std::chrono::milliseconds timeout);

  // The entries from `seq` on, in order.
  Result<Listing> list(std::int64_t seq);
  // Adds entry `seq` if it is not there and the one before it was written at revision `created` (seq 1: no matter).
  // Else: the entries from the one before it on.
  Result<Written> add(std::int64_t seq, std::int64_t created, const std::string& text);
  // "3.4.23"; empty when it does not say.
  std::string version();
  std::string member() const { return connection_.member(); }

 private:
  Result<Answer> post(std::string_view target, std::string_view body);

  std::string prefix_;
  std::chrono::milliseconds timeout_;
  Connection connection_;
};

class Watch {
 public:
  enum class News : std::uint8_t { changed, silent, woken, lost, compacted };

  Watch(const Address& address, std::chrono::milliseconds timeout);

  // From a revision on. Empty: it stands; else why not.
  std::string open(std::int64_t revision);
  bool is_open() const { return connection_.is_open(); }
  // Until something happens, `wake` can be read, or the time is over.
  News wait(std::chrono::milliseconds time, int wake);
  void close() { connection_.close(); }
  const std::string& why_lost() const { return why_lost_; }

 private:
  News next_line();

  std::string prefix_;
  std::chrono::milliseconds timeout_;
  Connection connection_;
  std::string text_;
  std::string why_lost_;
};

}  // namespace banyan::fleet
