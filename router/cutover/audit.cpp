#include "router/cutover/audit.hpp"

#include "router/cutover/small_file.hpp"
#include "router/cutover/sqlite_file.hpp"

#include <unistd.h>

#include <cstdio>

namespace banyan::cutover {
namespace {

constexpr const char* select_all =
    "SELECT seq, time, who, why, cutover, previous, next, evidence, config_hash, cohort, prev_hash, hash "
    "FROM journal ORDER BY seq";
constexpr const char* select_newest =
    "SELECT seq, time, who, why, cutover, previous, next, evidence, config_hash, cohort, prev_hash, hash "
    "FROM journal ORDER BY seq DESC LIMIT 1";
constexpr int columns = 12;

Record read_row(const SqliteStatement& row) {
  return {row.number(0), row.text(1), row.text(2), row.text(3), row.text(4),  row.text(5),
          row.text(6),   row.text(7), row.text(8), row.text(9), row.text(10), row.text(11)};
}

// A changed type byte can leave the text readable; the record is damaged all the same.
bool types_hold(const SqliteStatement& row) {
  if (row.type(0) != SQLITE_INTEGER) return false;
  for (int column = 1; column < columns; ++column)
    if (row.type(column) != SQLITE_TEXT) return false;
  return true;
}

std::string complaint(const SqliteStatement& row, const Record& record, std::int64_t expected,
                      const std::string& prev_hash) {
  const std::string name = "record " + std::to_string(expected);
  if (record.seq != expected)
    return name + " is missing or renumbered (found " + std::to_string(record.seq) + ")";
  if (!types_hold(row)) return name + " holds a value of another type than was written";
  if (record.hash != hash_of(record)) return name + " was changed: its content does not give its hash";
  if (record.prev_hash != prev_hash) return name + " does not continue the record before it";
  return {};
}

void broken(Audit& audit, std::int64_t seq, std::string what) {
  audit.first_bad = seq;
  audit.problem = JournalError{JournalError::Kind::broken, std::move(what)};
}

// Looks up what the marker promised while the chain goes by.
struct MarkerCheck {
  std::optional<Marker> marker;
  bool seen_other_hash = false;

  void see(const Record& record) {
    if (marker && record.seq == marker->seq && record.hash != marker->hash) seen_other_hash = true;
  }
  void judge(Audit& audit) const {
    if (!marker || marker->seq == 0 || !audit.ok()) return;
    if (seen_other_hash)
      broken(audit, marker->seq,
             "record " + std::to_string(marker->seq) + " is not the one that was written");
    else if (audit.records < marker->seq)
      broken(audit, audit.records + 1,
             "record " + std::to_string(audit.records + 1) + " is missing: " + std::to_string(marker->seq) +
                 " were written, " + std::to_string(audit.records) + " are left");
  }
};

}  // namespace

JournalError to_error(const SqliteFile& db, int code, const std::string& path) {
  using Kind = JournalError::Kind;
  const std::string what = path + ": " + db.message();
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Kind::locked, path + ": locked by another process"};
    case SQLITE_FULL:
      return {Kind::full, path + ": the disk is full"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {Kind::read_only, path + ": not writable"};
    case SQLITE_CANTOPEN:
      return {::access(path.c_str(), F_OK) == 0 ? Kind::io : Kind::missing, what};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
      return {Kind::broken, what};
    default:
      return {Kind::io, what};
  }
}

std::string marker_path(const std::string& state) { return state + ".marker"; }

std::string format_marker(const Marker& marker) {
  char number[32];
  std::snprintf(number, sizeof number, "%020lld", static_cast<long long>(marker.seq));
  return std::string("banyan-journal seq=") + number + " hash=" + marker.hash + "\n";
}

std::optional<Marker> read_marker(const std::string& state) {
  const auto text = read_small_file(marker_path(state));
  if (!text) return std::nullopt;
  long long seq = 0;
  char hash[65] = {};
  if (std::sscanf(text->c_str(), "banyan-journal seq=%lld hash=%64s", &seq, hash) != 2) return Marker{};
  return Marker{seq, hash};
}

Audit walk(const SqliteFile& db, const std::string& path, const std::function<void(const Record&)>& each) {
  Audit audit;
  audit.head_hash = first_prev_hash;
  MarkerCheck check{read_marker(path)};
  SqliteStatement row(db, select_all);
  for (;;) {
    const int code = row.step();
    if (code == SQLITE_DONE) break;
    const std::int64_t expected = audit.records + 1;
    if (code != SQLITE_ROW) {
      audit.problem = to_error(db, code, path);
      if (audit.problem->kind != JournalError::Kind::locked) audit.first_bad = expected;
      return audit;
    }
    const Record record = read_row(row);
    if (std::string bad = complaint(row, record, expected, audit.head_hash); !bad.empty()) {
      broken(audit, expected, path + ": " + bad);
      return audit;
    }
    check.see(record);
    audit.records = expected;
    audit.head_hash = record.hash;
    if (each) each(record);
  }
  check.judge(audit);
  return audit;
}

Audit audit_file(const std::string& path, std::chrono::milliseconds patience,
                 const std::function<void(const Record&)>& each) {
  const SqliteFile db(path, SQLITE_OPEN_READONLY);
  if (db.code() == SQLITE_OK) {
    sqlite3_busy_timeout(db.handle(), static_cast<int>(patience.count()));
    return walk(db, path, each);
  }
  Audit audit;
  audit.problem = to_error(db, db.code(), path);
  if (audit.problem->kind == JournalError::Kind::missing && read_marker(path))
    audit.problem->what =
        path + ": the journal is missing, though " + marker_path(path) + " says it was written";
  return audit;
}

std::optional<Record> newest_record(const SqliteFile& db) {
  SqliteStatement row(db, select_newest);
  if (row.step() != SQLITE_ROW) return std::nullopt;
  return read_row(row);
}

}  // namespace banyan::cutover
