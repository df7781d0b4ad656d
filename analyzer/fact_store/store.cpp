#include "analyzer/fact_store/store.hpp"

#include "analyzer/fact_store/codec.hpp"
#include "analyzer/fact_store/fingerprint.hpp"
#include "analyzer/fact_store/writer.hpp"
#include "analyzer/facts/merge.hpp"

#include <llvm/Support/FileSystem.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace banyan::fact_store {
namespace {

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS fact_meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS fact_unit(key TEXT PRIMARY KEY, main_file TEXT NOT NULL, fingerprint BLOB "
    "NOT NULL,"
    " files BLOB NOT NULL, facts BLOB NOT NULL, errors BLOB NOT NULL, failed INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS fact_blob(digest BLOB PRIMARY KEY, path TEXT NOT NULL, data BLOB NOT NULL) "
    "WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS fact_file(id INTEGER PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL,"
    " modified INTEGER NOT NULL, digest BLOB NOT NULL);";

void check_identity(Connection& connection) {
  const std::int64_t id = connection.number("PRAGMA application_id");
  const std::int64_t version = connection.number("PRAGMA user_version");
  const std::int64_t tables = connection.number("SELECT count(*) FROM sqlite_schema");
  if (tables > 0 && id != kApplicationId)
    throw StoreError(connection.path() +
                     " is a SQLite database, but not one of banyan-analyze; choose another -o");
  if (version > kSchemaVersion)
    throw StoreError(connection.path() + " was written by a newer banyan-analyze (schema " +
                     std::to_string(version) + ", this one knows " + std::to_string(kSchemaVersion) +
                     "); use that version, or another -o");
}

}  // namespace

Store::Store(const std::string& path) : path_(path) {
  std::remove((path + ".compact").c_str());
  connection_ = std::make_unique<Connection>(path);
  check_identity(*connection_);
  if (connection_->number("SELECT count(*) FROM sqlite_schema WHERE name='fact_unit'") == 0) begin_writing();
}

Store::~Store() { close(); }

void Store::close() {
  writer_.reset();
  connection_.reset();
}

void Store::begin_writing() {
  if (changed_) return;
  changed_ = true;
  connection_->number("PRAGMA journal_mode=WAL");
  connection_->execute("PRAGMA synchronous=NORMAL; PRAGMA application_id=" + std::to_string(kApplicationId) +
                       "; PRAGMA user_version=" + std::to_string(kSchemaVersion) + "; BEGIN;" + kTables +
                       "COMMIT");
}

std::string Store::fingerprint(const Unit& unit, const std::vector<std::string>& files,
                               std::int64_t started) {
  Fingerprint out(unit);
  out.main_time(digests_.state(unit.file).modified);
  for (const std::string& path : files) {
    const FileState state = digests_.state(path);
    if (state.modified >= started) return "changed while it was read";
    out.file(file_id(path), state.digest);
  }
  return out.finish();
}

std::vector<std::size_t> Store::outdated(const std::vector<Unit>& units) {
  Statement files(*connection_, "SELECT path, size, modified, digest FROM fact_file");
  std::unordered_map<std::int64_t, std::string> paths;
  while (files.step()) {
    std::string path = files.text(0);
    digests_.remember(path, {files.number(1), files.number(2), files.text(3)});
    paths.emplace(file_id(path), std::move(path));
  }
  std::unordered_map<std::int64_t, std::string> digests;  // of what is on disk now
  Statement row(*connection_, "SELECT fingerprint, files FROM fact_unit WHERE key=?");
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    row.bind_text(1, key_of(units[i]));
    const bool found = row.step();
    Fingerprint now(units[i]);
    now.main_time(digests_.state(units[i].file).modified);
    for (const std::int64_t id : found ? unpack_ids(row.blob(1)) : std::vector<std::int64_t>{}) {
      const auto [entry, fresh] = digests.try_emplace(id);
      if (const auto path = paths.find(id); fresh && path != paths.end())
        entry->second = digests_.state(path->second).digest;
      now.file(id, entry->second);
    }
    if (!found || row.blob(0) != now.finish()) out.push_back(i);
    row.reset();
  }
  return out;
}

void Store::put(const Unit& unit, const facts::UnitFacts& facts, std::int64_t started) {
  Row row;
  row.key = key_of(unit);
  row.main_file = unit.main_file;
  row.files = facts.files_read;
  row.fingerprint = fingerprint(unit, row.files, started);
  row.errors = encode(facts.errors);
  row.failed = !facts.errors.empty();
  for (const facts::FileFacts& file : facts.files) {
    std::string data = encode(file);
    std::string digest = digest_bytes(data);
    row.blobs.push_back({std::move(digest), file.path, std::move(data)});
  }
  enqueue(std::move(row));
}

void Store::enqueue(Row row) {
  {
    const std::lock_guard lock(mutex_);
    begin_writing();
    if (writer_ == nullptr) writer_ = std::make_unique<Writer>(*connection_, digests_);
  }
  writer_->put(std::move(row));
}

void Store::flush() {
  if (writer_ != nullptr) writer_->flush();
  writer_.reset();
}

bool Store::keep_only(const std::vector<Unit>& units) {
  flush();
  std::unordered_set<std::string> wanted;
  for (const Unit& unit : units) wanted.insert(key_of(unit));
  std::vector<std::string> gone;
  std::set<std::string> blobs;
  std::unordered_set<std::int64_t> files;
  Statement rows(*connection_, "SELECT key, facts, files FROM fact_unit");
  while (rows.step()) {
    if (!wanted.contains(rows.text(0))) {
      gone.push_back(rows.text(0));
      continue;
    }
    const std::string_view digests = rows.blob(1);
    for (std::size_t i = 0; i + kDigestSize <= digests.size(); i += kDigestSize)
      blobs.emplace(digests.substr(i, kDigestSize));
    for (const std::int64_t id : unpack_ids(rows.blob(2))) files.insert(id);
  }
  std::vector<std::string> dead_blobs;
  Statement every_blob(*connection_, "SELECT digest FROM fact_blob");
  while (every_blob.step()) {
    if (!blobs.contains(every_blob.text(0))) dead_blobs.push_back(every_blob.text(0));
  }
  std::vector<std::int64_t> dead_files;
  Statement every_file(*connection_, "SELECT id FROM fact_file");
  while (every_file.step()) {
    if (!files.contains(every_file.number(0))) dead_files.push_back(every_file.number(0));
  }
  if (gone.empty() && dead_blobs.empty() && dead_files.empty()) return false;
  begin_writing();
  connection_->execute("BEGIN IMMEDIATE");
  Statement unit(*connection_, "DELETE FROM fact_unit WHERE key=?");
  for (const std::string& key : gone) unit.bind_text(1, key).run();
  Statement blob(*connection_, "DELETE FROM fact_blob WHERE digest=?");
  for (const std::string& digest : dead_blobs) blob.bind_blob(1, digest).run();
  Statement file(*connection_, "DELETE FROM fact_file WHERE id=?");
  for (const std::int64_t id : dead_files) file.bind(1, id).run();
  connection_->execute("COMMIT");
  return true;
}

namespace {

// Collects what fact_unit rows (facts, errors, failed, main_file) lead to.
struct Gathered {
  Loaded loaded;
  std::set<std::string> digests;
  std::vector<std::string> failed;

  void take(Statement& row) {
    ++loaded.units;
    const std::string_view list = row.blob(0);
    for (std::size_t i = 0; i + kDigestSize <= list.size(); i += kDigestSize)
      digests.emplace(list.substr(i, kDigestSize));
    if (row.number(2) == 0) return;
    loaded.failed.push_back(
        {row.text(3), decode_errors(row.blob(1)).value_or(std::vector<facts::Diagnostic>{})});
    failed.push_back(row.text(3));
  }

  Loaded finish(Connection& connection, const std::string& path, const std::string& root) {
    std::vector<facts::FileFacts> variants;
    Statement blob(connection, "SELECT data, path FROM fact_blob WHERE digest=?");
    for (const std::string& digest : digests) {
      blob.bind_blob(1, digest);
      auto facts = blob.step() ? decode(blob.blob(0)) : std::nullopt;
      if (!facts)
        throw StoreError(path + " is damaged (facts of a file cannot be read); remove it and run map again");
      variants.push_back(std::move(*facts));
      blob.reset();
    }
    std::sort(loaded.failed.begin(), loaded.failed.end(),
              [](const auto& a, const auto& b) { return a.main_file < b.main_file; });
    loaded.program = facts::merge(root, std::move(variants), std::move(failed));
    return std::move(loaded);
  }
};

}  // namespace

Loaded Store::load(const std::string& root, const std::vector<Unit>& units) {
  flush();
  Gathered gathered;
  Statement row(*connection_, "SELECT facts, errors, failed, main_file FROM fact_unit WHERE key=?");
  for (const Unit& unit : units) {
    row.bind_text(1, key_of(unit));
    if (row.step()) gathered.take(row);
    row.reset();
  }
  return gathered.finish(*connection_, path_, root);
}

Loaded Store::load_all(const std::string& root) {
  flush();
  Gathered gathered;
  Statement row(*connection_, "SELECT facts, errors, failed, main_file FROM fact_unit ORDER BY key");
  while (row.step()) gathered.take(row);
  return gathered.finish(*connection_, path_, root);
}

std::string Store::meta(const std::string& key) {
  Statement row(*connection_, "SELECT value FROM fact_meta WHERE key=?");
  row.bind_text(1, key);
  return row.step() ? row.text(0) : std::string();
}

void Store::set_meta(const std::string& key, const std::string& value) {
  if (meta(key) == value) return;
  flush();
  begin_writing();
  Statement row(*connection_, "INSERT OR REPLACE INTO fact_meta VALUES(?,?)");
  row.bind_text(1, key).bind_text(2, value).run();
}

// A fresh copy: pages in key order, no trace of how it grew.
void Store::compact(const std::string& path) {
  const std::string copy = path + ".compact";
  std::remove(copy.c_str());
  {
    Connection connection(path);
    connection.number("PRAGMA wal_checkpoint(TRUNCATE)");
    connection.number("PRAGMA journal_mode=DELETE");
    connection.execute("PRAGMA schema_version=1");
    Statement into(connection, "VACUUM INTO ?");
    into.bind_text(1, copy).run();
  }
  if (const auto error = llvm::sys::fs::rename(copy, path)) throw StoreError(path + ": " + error.message());
}

}  // namespace banyan::fact_store
