// What is on file, without the facts themselves; and facts from other stores.
#include "analyzer/fact_store/codec.hpp"
#include "analyzer/fact_store/fingerprint.hpp"
#include "analyzer/fact_store/store.hpp"
#include "analyzer/fact_store/writer.hpp"

#include <llvm/Support/BLAKE3.h>
#include <llvm/ADT/StringExtras.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace banyan::fact_store {
namespace {

void update(llvm::BLAKE3& hash, std::string_view bytes) {
  hash.update(std::to_string(bytes.size()) + ":");
  hash.update(llvm::StringRef(bytes));
}

}  // namespace

bool Store::holds(const Unit& unit, const facts::UnitFacts& facts) {
  std::vector<Blob> blobs;
  for (const facts::FileFacts& file : facts.files) blobs.push_back({digest_bytes(encode(file)), {}, {}});
  Statement row(*connection_, "SELECT files, facts, errors FROM fact_unit WHERE key=?");
  row.bind_text(1, key_of(unit));
  return row.step() && row.blob(0) == pack_ids(facts.files_read) && row.blob(1) == pack_digests(blobs) &&
         row.blob(2) == encode(facts.errors);
}

Loaded Store::coverage(const std::vector<Unit>& units) {
  flush();
  Loaded out;
  Statement row(*connection_, "SELECT errors, failed, main_file FROM fact_unit WHERE key=?");
  for (const Unit& unit : units) {
    row.bind_text(1, key_of(unit));
    if (row.step()) {
      ++out.units;
      if (row.number(1) != 0)
        out.failed.push_back(
            {row.text(2), decode_errors(row.blob(0)).value_or(std::vector<facts::Diagnostic>{})});
    }
    row.reset();
  }
  std::sort(out.failed.begin(), out.failed.end(),
            [](const auto& a, const auto& b) { return a.main_file < b.main_file; });
  return out;
}

std::string Store::digest(const std::vector<Unit>& units) {
  flush();
  std::vector<std::string> keys;
  for (const Unit& unit : units) keys.push_back(key_of(unit));
  std::sort(keys.begin(), keys.end());
  llvm::BLAKE3 hash;
  Statement row(*connection_, "SELECT facts, errors, failed FROM fact_unit WHERE key=?");
  for (const std::string& key : keys) {
    row.bind_text(1, key);
    if (row.step()) {
      update(hash, key);
      update(hash, row.blob(0));
      update(hash, row.blob(1));
      hash.update(row.number(2) != 0 ? "failed" : "clean");
    }
    row.reset();
  }
  return llvm::toHex(hash.final<kDigestSize>(), /*LowerCase=*/true);
}

Statistics Store::statistics() {
  flush();
  Statistics out;
  out.units = static_cast<std::size_t>(connection_->number("SELECT count(*) FROM fact_unit"));
  out.failed = static_cast<std::size_t>(connection_->number("SELECT count(*) FROM fact_unit WHERE failed<>0"));
  out.files_read = static_cast<std::size_t>(connection_->number("SELECT count(*) FROM fact_file"));
  out.blobs = static_cast<std::size_t>(connection_->number("SELECT count(*) FROM fact_blob"));
  out.bytes = connection_->number(
      "SELECT (SELECT coalesce(sum(length(data)+length(path)+16),0) FROM fact_blob)"
      " + (SELECT coalesce(sum(length(files)+length(facts)+length(errors)+length(key)),0) FROM fact_unit)"
      " + (SELECT coalesce(sum(length(path)+40),0) FROM fact_file)");
  return out;
}

std::size_t Store::import(const std::string& path, const std::string& root) {
  Connection other(path);
  if (other.number("PRAGMA application_id") != kApplicationId ||
      other.number("PRAGMA user_version") != kSchemaVersion)
    throw StoreError(path + " is no database of this version of banyan-analyze");
  std::unordered_map<std::int64_t, std::pair<std::string, FileState>> files;
  Statement file(other, "SELECT path, size, modified, digest FROM fact_file");
  while (file.step())
    files[file_id(file.text(0))] = {file.text(0), {file.number(1), file.number(2), file.text(3)}};
  Statement blob(other, "SELECT path, data FROM fact_blob WHERE digest=?");
  Statement unit(other, "SELECT key, main_file, fingerprint, files, facts, errors, failed FROM fact_unit");
  std::size_t taken = 0;
  while (unit.step()) {
    Row row{unit.text(0), unit.text(1), {}, {}, {}, std::string(unit.blob(5)), unit.number(6) != 0};
    const std::string digest = row.key.substr(row.key.find('\n') + 1);
    const bool absolute = row.main_file.starts_with("/");
    const Unit known{absolute ? row.main_file : root + "/" + row.main_file, row.main_file, digest};
    Fingerprint theirs(known);
    bool same = true;
    std::int64_t time = 0;
    for (const std::int64_t id : unpack_ids(unit.blob(3))) {
      const auto& [name, state] = files[id];
      if (name == known.file) time = state.modified;
    }
    theirs.main_time(time);
    for (const std::int64_t id : unpack_ids(unit.blob(3))) {
      const auto& [name, state] = files[id];
      same = same && digests_.state(name).digest == state.digest;
      theirs.file(id, state.digest);
      row.files.push_back(name);
    }
    if (!same || unit.blob(2) != theirs.finish()) continue;  // another version, or the source changed since
    row.fingerprint = fingerprint(known, row.files, std::numeric_limits<std::int64_t>::max());
    const std::string_view list = unit.blob(4);
    for (std::size_t i = 0; i + kDigestSize <= list.size(); i += kDigestSize) {
      blob.bind_blob(1, list.substr(i, kDigestSize));
      if (blob.step()) row.blobs.push_back({std::string(list.substr(i, kDigestSize)), blob.text(0), std::string(blob.blob(1))});
      blob.reset();
    }
    enqueue(std::move(row));
    ++taken;
  }
  flush();
  return taken;
}

}  // namespace banyan::fact_store
