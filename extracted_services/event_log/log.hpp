// The event log as producers and consumers see it, whatever stands behind it: partitions by a stable hash of
// the key, offsets that rise by one in each partition, records that never change.
//
// What every backend promises, checked by one conformance suite: (1) when append() returns, the events are as
// durable as the backend can make them; when it throws, any of them may or may not be there, and sending all
// of them again is right; (2) events of one key keep their order; (3) a subscription delivers each assigned
// partition from the offset of seek() on, in order, without holes.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace banyan::event_log {

struct Message {
  std::string key;
  std::string event;  // CloudEvents 1.0 JSON with partitionkey and keysequence
};

struct Record {
  int partition = 0;
  std::int64_t offset = 0;
  std::string event;
};

// The log is away or refuses. `refused`: it will not take this, however often it is sent.
struct LogError : std::runtime_error {
  explicit LogError(const std::string& what, bool final = false) : std::runtime_error(what), refused(final) {}
  bool refused;
};

struct Batch {
  // Set when the assignment has changed: all partitions that are now this member's. The new ones stay silent
  // until seek() says from where; until then every poll() says it again.
  std::optional<std::vector<int>> assigned;
  std::vector<Record> records;
};

// One member of a consumer group. One thread, except wake().
class Subscription {
 public:
  virtual ~Subscription() = default;
  // Waits at most `wait` for something to come. Throws LogError; the subscription stays usable.
  virtual Batch poll(std::size_t limit, std::chrono::milliseconds wait) = 0;
  virtual void seek(int partition, std::int64_t offset) = 0;
  // How many records the assigned partitions hold that poll() has not handed out, as far as was last heard: a
  // few seconds old at most while polls succeed.
  virtual std::int64_t behind() const = 0;
  // A poll() that waits returns soon. Any thread.
  virtual void wake() = 0;
};

// One thread at a time, except wake().
class Log {
 public:
  virtual ~Log() = default;
  virtual void append(const std::string& topic, std::span<const Message> messages) = 0;
  virtual std::unique_ptr<Subscription> subscribe(const std::string& topic, const std::string& group,
                                                  const std::string& member) = 0;
  // An append() that waits fails soon. Any thread.
  virtual void wake() {}
};

}  // namespace banyan::event_log
