// A file system in memory, under SQLite, that can be cut off at any durable operation: a write, a truncation,
// a sync or a deletion. Counting them once and dying at each in turn meets every state that a crash can leave.
//
//   one process is killed:  what it wrote so far is in the kernel and stays; its files fail from then on
//   the power fails:        everything fails, and after reboot() what was not synced is gone, wholly or in part
//
// Registers itself as SQLite's default while it lives. One thread.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::events_test {

enum class Loss {
  kill,      // one process dies, nothing written is lost
  unsynced,  // the power fails, all that was not synced is lost
  some,      // the power fails, of what was not synced any part has reached the disk
};

class CrashVfs {
 public:
  struct File {
    std::string path;
    std::vector<char> current;
    std::vector<char> durable;
    struct Change {
      std::int64_t offset;      // -1: truncation to `size`
      std::vector<char> bytes;
      std::size_t size = 0;
    };
    std::vector<Change> unsynced;
    std::vector<std::unique_ptr<char[]>> shared_memory;
  };

  CrashVfs();
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;
  ~CrashVfs();

  // Dies at the n-th durable operation from now on, instead of doing it; 0: never.
  void arm(std::uint64_t n, Loss loss);
  std::uint64_t operations() const { return operations_; }
  bool power_is_off() const { return power_off_; }
  bool is_dead(std::string_view path) const;
  // Its connections are closed: the files of this process can be used again.
  void restart(std::string_view path);
  // All connections are closed: the power is back. `seed` chooses what survived of `some`.
  void reboot(std::uint64_t seed);

  // For the methods of the VFS.
  bool may_act(const std::string& path);
  std::shared_ptr<File> open(const std::string& path, bool create);
  bool exists(const std::string& path) const { return files_.contains(path); }
  void remove(const std::string& path) { files_.erase(path); }

 private:
  struct Registration;
  std::unique_ptr<Registration> registration_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::set<std::string> dead_;
  bool power_off_ = false;
  std::uint64_t operations_ = 0, die_at_ = 0;
  Loss loss_ = Loss::kill;
};

}  // namespace banyan::events_test
