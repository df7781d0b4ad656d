#include "router/cutover/journal.hpp"

#include "router/cutover/audit.hpp"
#include "router/cutover/small_file.hpp"
#include "router/cutover/sqlite_file.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <sys/stat.h>

namespace banyan::cutover {
namespace {

using Kind = JournalError::Kind;

constexpr const char* schema = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY, time TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, cutover TEXT NOT NULL,
    previous TEXT NOT NULL, next TEXT NOT NULL, evidence TEXT NOT NULL, config_hash TEXT NOT NULL,
    cohort TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  PRAGMA application_id = 1113680206;
  PRAGMA user_version = 1;
  COMMIT;
)";
constexpr int schema_version = 1;

constexpr const char* insert_record =
    "INSERT INTO journal (seq, time, who, why, cutover, previous, next, evidence, config_hash, cohort, "
    "prev_hash, "
    "hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

int insert(const SqliteFile& db, const Record& r) {
  SqliteStatement statement(db, insert_record);
  if (statement.code() != SQLITE_OK) return statement.code();
  statement.bind(1, r.seq);
  int index = 2;
  for (const std::string* text : {&r.time, &r.who, &r.why, &r.cutover, &r.previous, &r.next, &r.evidence,
                                  &r.config_hash, &r.cohort, &r.prev_hash, &r.hash})
    statement.bind(index++, *text);
  return statement.step();
}

Record make_record(const Entry& entry, std::int64_t seq, const std::string& prev_hash) {
  Record record{seq,
                format_time(entry.time),
                entry.who,
                entry.why,
                entry.cutover,
                to_json(entry.previous),
                to_json(entry.next),
                entry.evidence,
                entry.config_hash,
                entry.cohort,
                prev_hash,
                {}};
  record.hash = hash_of(record);
  return record;
}

std::int64_t pragma_number(const SqliteFile& db, const char* sql) {
  SqliteStatement row(db, sql);
  return row.step() == SQLITE_ROW ? row.number(0) : 0;
}

}  // namespace

struct Journal::Db : SqliteFile {
  using SqliteFile::SqliteFile;
  dev_t device = 0;
  ino_t inode = 0;
};

Journal::Journal(std::string path, Access access, std::chrono::milliseconds patience)
    : path_(std::move(path)) {
  open(access, patience);
  if (!trouble_ && db_) replay();
  if (trouble_) {
    states_.clear();
    cohorts_.clear();
  }
}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

void Journal::open(Access access, std::chrono::milliseconds patience) {
  const bool exists = ::access(path_.c_str(), F_OK) == 0;
  if (!exists && read_marker(path_)) {
    trouble_ = JournalError{Kind::missing, path_ + ": the journal is missing, though " + marker_path(path_) +
                                               " says that it has been written to"};
    return;
  }
  if (!exists && access == Access::read_only) return;  // never run: everything is at legacy
  const int flags =
      access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  db_ = std::make_unique<Db>(path_, flags);
  if (db_->code() != SQLITE_OK) {
    trouble_ = to_error(*db_, db_->code(), path_);
    return;
  }
  db_->patience(patience);
  struct stat info{};
  if (::stat(path_.c_str(), &info) == 0) db_->device = info.st_dev, db_->inode = info.st_ino;
  int code = SQLITE_OK;
  if (access == Access::read_write) {
    // EXTRA also syncs the directory after the rollback journal is gone: a commit survives losing power right
    // then.
    code = db_->run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;");
    if (code == SQLITE_OK && pragma_number(*db_, "PRAGMA user_version") == 0) code = db_->run(schema);
    if (code != SQLITE_OK) db_->run("ROLLBACK");
  }
  if (code != SQLITE_OK)
    trouble_ = to_error(*db_, code, path_);
  else if (const auto version = pragma_number(*db_, "PRAGMA user_version"); version > schema_version)
    trouble_ =
        JournalError{Kind::broken, path_ + ": written by a newer version (schema " + std::to_string(version) +
                                       ", this one knows " + std::to_string(schema_version) + ")"};
}

void Journal::remember(const Record& record) {
  head_seq_ = record.seq;
  head_hash_ = record.hash;
  cohorts_[record.cutover] = record.cohort;
  if (const auto state = state_from_json(record.next))
    states_[record.cutover] = *state;
  else
    trouble_ = JournalError{Kind::broken,
                            path_ + ": record " + std::to_string(record.seq) + " holds no known stage"};
}

void Journal::replay() {
  const Audit audit = walk(*db_, path_, [this](const Record& record) { remember(record); });
  if (audit.problem) trouble_ = audit.problem;
}

bool Journal::still_the_same_file() const {
  struct stat info{};
  return ::stat(path_.c_str(), &info) == 0 && info.st_dev == db_->device && info.st_ino == db_->inode;
}

boost::system::result<Record, JournalError> Journal::append(const Entry& entry,
                                                            std::chrono::milliseconds patience) {
  auto done = append_all({entry}, patience);
  if (!done) return done.error();
  return std::move(done->front());
}

boost::system::result<std::vector<Record>, JournalError> Journal::append_all(const std::vector<Entry>& entries,
                                                                             std::chrono::milliseconds patience) {
  if (trouble_) return *trouble_;
  if (!db_ || !still_the_same_file())
    return JournalError{Kind::missing,
                        path_ + ": the file was moved or replaced while the router was running"};
  db_->patience(patience);
  std::vector<Record> records;
  int code = db_->run("BEGIN IMMEDIATE");
  if (code == SQLITE_OK) {
    const auto head = newest_record(*db_);
    if ((head ? head->hash : std::string(first_prev_hash)) != head_hash_) {
      db_->run("ROLLBACK");
      return JournalError{Kind::broken, path_ + ": somebody else has written to the journal"};
    }
    for (const Entry& entry : entries) {
      records.push_back(make_record(entry, head_seq_ + 1 + static_cast<std::int64_t>(records.size()),
                                    records.empty() ? head_hash_ : records.back().hash));
      code = insert(*db_, records.back());
      if (code != SQLITE_DONE) break;
    }
    if (code == SQLITE_DONE || code == SQLITE_OK) code = db_->run("COMMIT");
  }
  if (code != SQLITE_OK) {
    const JournalError error = to_error(*db_, code, path_);
    db_->run("ROLLBACK");
    return error;
  }
  for (const Record& record : records) remember(record);
  // Behind by one after a crash right here is allowed for; ahead never happens.
  overwrite_small_file(marker_path(path_), format_marker({head_seq_, head_hash_}));
  return records;
}

Audit Journal::verify() const { return audit_file(path_, std::chrono::milliseconds(500)); }

std::vector<Record> Journal::list(std::size_t limit) const {
  std::vector<Record> records;
  audit_file(path_, std::chrono::milliseconds(500), [&](const Record& record) {
    if (limit != 0 && records.size() == limit) records.erase(records.begin());
    records.push_back(record);
  });
  return records;
}

bool Journal::has_sidecar_id(const std::string& id) const {
  for (const Record& record : list()) {
    boost::system::error_code error;
    const auto evidence = boost::json::parse(record.evidence, error);
    if (error || !evidence.is_object()) continue;
    const auto* found = evidence.get_object().if_contains("sidecar");
    if (found && found->is_string() && found->get_string() == boost::json::string_view(id)) return true;
  }
  return false;
}

}  // namespace banyan::cutover
