// Content digests of files, each file read at most once a run, and only when its size or time changed since
// the last. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace banyan::fact_store {

struct FileState {
  std::int64_t size = -1;     // -1: the file is gone
  std::int64_t modified = 0;  // nanoseconds
  std::string digest;         // 16 bytes; empty when gone
};

// Names a path in a unit's list of files. 63 bits, so that it is a SQLite row id.
std::int64_t file_id(const std::string& path);

// Sixteen bytes.
std::string digest_bytes(std::string_view content);

class FileDigests {
 public:
  void remember(const std::string& path, FileState state);  // from an earlier run, to be confirmed
  FileState state(const std::string& path);
  std::map<std::string, FileState> known() const;

 private:
  struct Entry {
    FileState state;
    bool confirmed = false;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace banyan::fact_store
