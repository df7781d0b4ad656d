// At most one process holds the lock of a path. The kernel drops it when the process dies, however it dies.
//
// It lies in a file beside the database, never in the database itself: closing any descriptor of the database
// file would silently drop the locks SQLite holds on it. Any thread.
#pragma once
#include <string>

namespace banyan::store {

class FileLock {
 public:
  // Throws StoreError that names the holder if another process has the lock.
  explicit FileLock(std::string path);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace banyan::store
