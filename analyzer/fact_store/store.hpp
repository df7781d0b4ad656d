// Facts of every unit in one SQLite file, and which of them are out of date.
//
//   fact_unit(key, main_file, fingerprint, files, facts, errors, failed)   one row a compile command
//   fact_blob(digest, path, data)                    facts of one file; equal facts are kept once (codec.hpp)
//   fact_file(id, path, size, modified, digest)      every file some unit read
//   fact_meta(key, value)
//
// `files` is the list of fact_file ids (8 bytes each, little endian), `facts` that of blob digests (16 bytes
// each). A unit's fingerprint covers its command, the versions of front end and format, its main file's time
// (touching it asks for a new parse) and the content of every file it read. A unit is written with its blobs
// and files in one transaction: after a crash it is there completely or not at all, and the next run parses
// the rest.
//
// put() may be called from any thread; one thread inside writes, a batch a transaction. Everything else
// belongs to one thread. After compact() the bytes of the file depend on the facts only, not on the order in
// which they came.
#pragma once

#include "analyzer/fact_store/file_digests.hpp"
#include "analyzer/fact_store/sqlite.hpp"
#include "analyzer/facts/facts.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace banyan::fact_store {

inline constexpr std::int64_t kApplicationId = 0x42414e59;  // "BANY"
inline constexpr std::int64_t kSchemaVersion = 3;

struct Unit {
  std::string file;       // absolute
  std::string main_file;  // relative to the root, absolute outside it
  std::string digest;     // of the command
};

struct FailedUnit {
  std::string main_file;
  std::vector<facts::Diagnostic> errors;
};

struct Loaded {
  facts::Program program;
  std::vector<FailedUnit> failed;  // sorted by file
  std::size_t units = 0;           // found on file
};

struct Statistics {
  std::size_t units = 0;
  std::size_t failed = 0;
  std::size_t files_read = 0;
  std::size_t blobs = 0;   // different facts of files
  std::int64_t bytes = 0;  // of all these
};

class Writer;
struct Row;

class Store {
 public:
  explicit Store(const std::string& path);  // creates it; StoreError when it is newer, foreign or damaged
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Indices of the units that are missing or whose command or files changed.
  std::vector<std::size_t> outdated(const std::vector<Unit>& units);

  // `started` is the time the parse began (nanoseconds since 1970): a file changed after it makes the unit
  // out of date.
  void put(const Unit& unit, const facts::UnitFacts& facts, std::int64_t started);
  void flush();  // everything put is on disk; StoreError when the writer failed

  // Forgets units that are no longer compiled. True when there were any.
  bool keep_only(const std::vector<Unit>& units);

  Loaded load(const std::string& root, const std::vector<Unit>& units);
  Loaded load_all(const std::string& root);  // every unit on file

  Loaded coverage(const std::vector<Unit>& units);  // as load, without the program
  // Whether what is on file for the unit is this, byte for byte.
  bool holds(const Unit& unit, const facts::UnitFacts& facts);
  std::string digest(const std::vector<Unit>& units);  // of their facts and errors
  Statistics statistics();

  // Takes over the units of another store whose files have the same content here, and returns how many these
  // were; times and fingerprints become those of this machine.
  std::size_t import(const std::string& path, const std::string& root);

  std::string meta(const std::string& key);
  void set_meta(const std::string& key, const std::string& value);

  bool changed() const { return changed_; }
  void close();  // so that others may open the file
  static void compact(const std::string& path);

 private:
  std::string fingerprint(const Unit& unit, const std::vector<std::string>& files, std::int64_t started);
  void begin_writing();
  void enqueue(Row row);

  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Writer> writer_;
  FileDigests digests_;
  std::string path_;
  std::mutex mutex_;  // the first put() starts the writer
  bool changed_ = false;
};

}  // namespace banyan::fact_store
