// The append-only, hash-chained record of every stage change, in one SQLite file.
//
//   STATE            the journal: record n carries the hash of record n-1; triggers refuse UPDATE and DELETE
//   STATE.marker     sequence number and hash of the newest record, so that a missing or shortened journal
//   shows
//
// (1) append() returns only after the record is on disk (synchronous=EXTRA, rollback journal: kill -9 and
// power loss
//     leave the state before or after).  (2) Nothing is appended to a journal that does not verify.
// (3) A journal that is missing or broken is never guessed around: trouble() says so and states() is empty.
// Blocks on the disk; not thread-safe: one owner, never a thread that serves traffic.
#pragma once

#include "router/cutover/record.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace banyan::cutover {

struct JournalError {
  enum class Kind : std::uint8_t { locked, full, read_only, broken, missing, io } kind = Kind::io;
  std::string what;
};

// What verifying found; `first_bad` is the sequence number of the first record that cannot be trusted.
struct Audit {
  std::int64_t records = 0;
  std::optional<std::int64_t> first_bad;
  std::optional<JournalError> problem;
  std::string head_hash;
  bool ok() const { return !problem; }
};

struct Entry {
  std::chrono::system_clock::time_point time;
  std::string who;
  std::string why;
  std::string cutover;
  State previous;
  State next;
  std::string evidence = "{}";
  std::string config_hash;
  std::string cohort;
};

class Journal {
 public:
  enum class Access : std::uint8_t { read_only, read_write };

  // Never throws for a state it finds: see trouble(). Read-write creates the file when there is no marker
  // either.
  Journal(std::string path, Access access, std::chrono::milliseconds patience);
  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  // Why the journal cannot be used, if so. Missing though a marker exists, broken chain, locked, not a
  // database ...
  const std::optional<JournalError>& trouble() const { return trouble_; }
  // The newest state of every cutover named in the journal.
  const std::map<std::string, State>& states() const { return states_; }
  // The cohort fingerprint under which a cutover last moved.
  const std::map<std::string, std::string>& cohorts() const { return cohorts_; }
  const std::string& path() const { return path_; }
  std::int64_t newest() const { return head_seq_; }

  boost::system::result<Record, JournalError> append(const Entry& entry, std::chrono::milliseconds patience);
  // The same for several entries: all or none.
  boost::system::result<std::vector<Record>, JournalError> append_all(const std::vector<Entry>& entries,
                                                                      std::chrono::milliseconds patience);

  Audit verify() const;
  // Newest last; at most `limit`, 0 for all. Empty when the file cannot be read.
  std::vector<Record> list(std::size_t limit = 0) const;
  // Does any record's evidence carry this sidecar id?
  bool has_sidecar_id(const std::string& id) const;

 private:
  struct Db;
  void open(Access access, std::chrono::milliseconds patience);
  void replay();
  bool still_the_same_file() const;
  void remember(const Record& record);

  std::string path_;
  std::unique_ptr<Db> db_;
  std::optional<JournalError> trouble_;
  std::map<std::string, State> states_;
  std::map<std::string, std::string> cohorts_;
  std::int64_t head_seq_ = 0;
  std::string head_hash_{first_prev_hash};
};

}  // namespace banyan::cutover
