// A producer with its relay, the log and a consumer, each with its database on the crash file system, driven
// step by step on one thread. What dies is started again, as a supervisor would.
#pragma once
#include "extracted_services/event_log/log.hpp"
#include "extracted_services/inbox/inbox.hpp"
#include "extracted_services/store/access.hpp"
#include "tests/extracted_services/events/crash_vfs.hpp"
#include "tests/support/process.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace banyan::events_test {

// Reads and writes one connection directly, a transaction each.
store::Access direct_access(store::Connection& db);

// The SQLite log without a process around it.
class DirectLog final : public event_log::Log {
 public:
  explicit DirectLog(store::Connection& db, int partitions = 3) : db_(db), partitions_(partitions) {}
  void append(const std::string& topic, std::span<const event_log::Message> messages) override;
  std::unique_ptr<event_log::Subscription> subscribe(const std::string& topic, const std::string& group,
                                                     const std::string& member) override;

 private:
  store::Connection& db_;
  const int partitions_;
};

class World {
 public:
  explicit World(CrashVfs& vfs);

  // A change and its event in one transaction of the producer. `poison`: the consumer cannot apply it until
  // mend() was called.
  void change(const std::string& key, bool poison = false);
  void relay();
  void consume();
  void mend() { mended_ = true; }
  void replay_parked();
  // No more faults: everything that waits arrives.
  void settle();

  // What does not hold, in words. To be asked after settle().
  std::vector<std::string> violations();
  std::uint64_t changes_lost_by_the_client() const { return refused_; }

 private:
  struct Program {
    std::string path;
    std::unique_ptr<store::Connection> db;
  };
  void open(Program& program);
  void open_all();
  template <class Step>
  bool attempt(Program& program, Step step);
  bool restart_the_dead();
  inbox::Handler handler();
  void check_keys(std::vector<std::string>& wrong);

  CrashVfs& vfs_;
  support::TempDir dir_;
  Program producer_, log_, consumer_;
  std::unique_ptr<DirectLog> direct_log_;
  std::unique_ptr<event_log::Subscription> subscription_;
  std::vector<int> assigned_;
  bool mended_ = false;
  std::int64_t next_id_ = 0;
  std::vector<std::int64_t> acknowledged_;
  std::uint64_t refused_ = 0;
  std::uint64_t seed_ = 0;
};

// The script of the crash sweep: about a dozen changes of three keys, a poisoned one among them.
void run_script(World& world);

}  // namespace banyan::events_test
