#include "router/cutover/evidence.hpp"

#include "router/cutover/sqlite_file.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <cstdio>
#include <limits>

namespace banyan::cutover {
namespace {

namespace json = boost::json;

constexpr std::size_t most_buckets = 4096;
constexpr std::int64_t evidence_version = 1;
constexpr const char* evidence_schema = R"(
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS steps (
    cutover TEXT PRIMARY KEY, definition TEXT NOT NULL, step TEXT NOT NULL, numbers TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS noise (cutover TEXT PRIMARY KEY, definition TEXT NOT NULL, learned BLOB NOT NULL) STRICT;
  PRAGMA application_id = 1113680197;
  PRAGMA user_version = 1;
  COMMIT;
)";

// Most buckets of a latency are empty: [bucket, count, bucket, count ...]
json::object side_to_json(const SideNumbers& side) {
  json::array latency;
  for (std::size_t i = 0; i < side.latency.size(); ++i)
    if (side.latency[i] != 0) latency.insert(latency.end(), {json::value(i), json::value(side.latency[i])});
  return {{"requests", side.requests}, {"upstream_errors", side.upstream_errors}, {"unreachable", side.unreachable},
          {"buckets", side.latency.size()}, {"latency", std::move(latency)}};
}

bool read_count(const json::value* value, std::uint64_t& out) {
  if (!value || !(value->is_int64() || value->is_uint64())) return false;
  if (value->is_int64() && value->get_int64() < 0) return false;
  out = value->to_number<std::uint64_t>();
  return out <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}
bool read_count(const json::object& from, const char* key, std::uint64_t& out) { return read_count(from.if_contains(key), out); }

bool read_latency(const json::value* value, std::vector<std::uint64_t>& out) {
  if (!value || !value->is_array() || value->get_array().size() % 2 != 0) return false;
  const json::array& pairs = value->get_array();
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    std::uint64_t bucket = 0, count = 0;
    if (!read_count(&pairs[i], bucket) || !read_count(&pairs[i + 1], count) || bucket >= out.size()) return false;
    out[bucket] = count;
  }
  return true;
}

bool side_from_json(const json::value* value, SideNumbers& out) {
  if (!value || !value->is_object()) return false;
  const json::object& from = value->get_object();
  std::uint64_t buckets = 0;
  if (!read_count(from, "requests", out.requests) || !read_count(from, "upstream_errors", out.upstream_errors) ||
      !read_count(from, "unreachable", out.unreachable) || !read_count(from, "buckets", buckets) || buckets > most_buckets)
    return false;
  out.latency.assign(buckets, 0);
  return out.errors() <= out.requests && read_latency(from.if_contains("latency"), out.latency);
}

}  // namespace

std::string to_json(const Evidence& evidence) {
  return json::serialize(json::object{{"new", side_to_json(evidence.numbers.fresh)},
                                      {"legacy", side_to_json(evidence.numbers.legacy)},
                                      {"legacy_before", side_to_json(evidence.legacy_before)},
                                      {"equal", evidence.numbers.equal},
                                      {"different", evidence.numbers.different}});
}

bool numbers_from_json(const std::string& text, Evidence& out) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return false;
  const json::object& from = value.get_object();
  return side_from_json(from.if_contains("new"), out.numbers.fresh) && side_from_json(from.if_contains("legacy"), out.numbers.legacy) &&
         side_from_json(from.if_contains("legacy_before"), out.legacy_before) && read_count(from, "equal", out.numbers.equal) &&
         read_count(from, "different", out.numbers.different);
}

struct EvidenceStore::Db : SqliteFile {
  using SqliteFile::SqliteFile;
};

EvidenceStore::EvidenceStore(std::string path) : path_(std::move(path)) {}
EvidenceStore::~EvidenceStore() = default;

// Empty: it is open, with its tables.
std::string EvidenceStore::open() {
  written_.clear();
  db_ = std::make_unique<Db>(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  db_->patience(std::chrono::milliseconds(500));
  int code = db_->code();
  if (code == SQLITE_OK) code = db_->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 64;");
  if (code == SQLITE_OK) {
    SqliteStatement version(*db_, "PRAGMA user_version");
    code = version.step();
    if (code == SQLITE_ROW && version.number(0) != 0 && version.number(0) != evidence_version)
      return "written by another version of the router (" + std::to_string(version.number(0)) + ")";
    if (code == SQLITE_ROW) code = version.number(0) == evidence_version ? SQLITE_OK : db_->run(evidence_schema);
  }
  if (code == SQLITE_OK) return {};
  std::string why = db_->message();
  db_->run("ROLLBACK");
  return why;
}

void EvidenceStore::put_aside(const std::string& why, std::vector<std::string>& troubles) {
  db_.reset();
  const std::string aside = path_ + ".broken";
  const bool moved = std::rename(path_.c_str(), aside.c_str()) == 0;
  for (const char* with_it : {"-wal", "-shm"}) ::unlink((path_ + with_it).c_str());
  troubles.push_back(path_ + " cannot be used: " + why + ". Gates start anew" + (moved ? "; it is kept as " + aside : ""));
}

std::string EvidenceStore::read_rows(Kept& kept) {
  SqliteStatement check(*db_, "PRAGMA quick_check(1)");
  if (check.step() != SQLITE_ROW) return db_->message();
  if (const std::string found = check.text(0); found != "ok") return found;
  SqliteStatement steps(*db_, "SELECT cutover, definition, step, numbers FROM steps");
  int code = steps.step();
  for (; code == SQLITE_ROW; code = steps.step()) {
    Evidence evidence{steps.text(1), steps.text(2), {}, {}};
    if (numbers_from_json(steps.text(3), evidence)) kept.steps[steps.text(0)] = std::move(evidence);
    else kept.troubles.push_back(path_ + ": what was counted of '" + steps.text(0) + "' cannot be read: its gates start anew");
  }
  if (code != SQLITE_DONE) return db_->message();
  SqliteStatement noise(*db_, "SELECT cutover, definition, learned FROM noise");
  for (code = noise.step(); code == SQLITE_ROW; code = noise.step()) kept.noise[noise.text(0)] = {noise.text(1), noise.blob(2)};
  return code == SQLITE_DONE ? std::string() : db_->message();
}

EvidenceStore::Kept EvidenceStore::load() {
  Kept kept;
  std::string why = open();
  if (why.empty()) why = read_rows(kept);
  if (why.empty()) return kept;
  kept = {};
  // A disk without space or rights says nothing about what stands on it.
  const int code = db_ ? sqlite3_errcode(db_->handle()) & 0xff : SQLITE_OK;
  if (code == SQLITE_FULL || code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    kept.troubles.push_back(path_ + " cannot be opened: " + why + ". Gates start anew");
    db_.reset();
    return kept;
  }
  put_aside(why, kept.troubles);
  if (const std::string again = open(); !again.empty()) {
    kept.troubles.push_back(path_ + " cannot be made anew: " + again);
    db_.reset();
  }
  return kept;
}

template <class Known>
int EvidenceStore::forget_others(const char* names_sql, const char* delete_sql, const Known& known) {
  std::vector<std::string> gone;
  {
    SqliteStatement names(*db_, names_sql);
    while (names.step() == SQLITE_ROW)
      if (!known.contains(names.text(0))) gone.push_back(names.text(0));
  }
  for (const std::string& name : gone) {
    SqliteStatement row(*db_, delete_sql);
    row.bind(1, name);
    if (const int code = row.step(); code != SQLITE_DONE) return code;
  }
  return SQLITE_OK;
}

// `texts`: rows of steps as they stand then. Those that stand there already are not written again.
int EvidenceStore::replace_rows(const Checkpoint& checkpoint, std::map<std::string, std::string>& texts) {
  int code = forget_others("SELECT cutover FROM steps", "DELETE FROM steps WHERE cutover = ?1", checkpoint.steps);
  for (const auto& [name, evidence] : checkpoint.steps) {
    if (code != SQLITE_OK) return code;
    const std::string numbers = to_json(evidence);
    std::string& text = texts[name] = evidence.definition + '\n' + evidence.step + '\n' + numbers;
    if (const auto known = written_.find(name); known != written_.end() && known->second == text) continue;
    SqliteStatement row(*db_, "INSERT OR REPLACE INTO steps (cutover, definition, step, numbers) VALUES (?1, ?2, ?3, ?4)");
    row.bind(1, name), row.bind(2, evidence.definition), row.bind(3, evidence.step), row.bind(4, numbers);
    if ((code = row.step()) == SQLITE_DONE) code = SQLITE_OK;
  }
  for (const auto& [name, noise] : checkpoint.noise) {
    if (code != SQLITE_OK) return code;
    SqliteStatement row(*db_, "INSERT OR REPLACE INTO noise (cutover, definition, learned) VALUES (?1, ?2, ?3)");
    row.bind(1, name), row.bind(2, noise.definition), row.bind_blob(3, noise.bytes);
    if ((code = row.step()) == SQLITE_DONE) code = SQLITE_OK;
  }
  if (code != SQLITE_OK) return code;
  return forget_others("SELECT cutover FROM noise", "DELETE FROM noise WHERE cutover = ?1", checkpoint.cutovers);
}

std::string EvidenceStore::write(const Checkpoint& checkpoint) {
  if (!db_)
    if (std::string why = open(); !why.empty()) {
      db_.reset();
      return path_ + ": " + why;
    }
  std::map<std::string, std::string> texts;
  int code = db_->run("BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = replace_rows(checkpoint, texts);
  if (code == SQLITE_OK) code = db_->run("COMMIT");
  if (code == SQLITE_OK) {
    written_ = std::move(texts);
    return {};
  }
  std::string why = path_ + ": " + db_->message();
  db_->run("ROLLBACK");
  return why;
}

}  // namespace banyan::cutover
