#include "extracted_services/store/migrations.hpp"

#include <cstdint>

namespace banyan::store {
namespace {

// FNV-1a: it tells edited text from unedited text; nobody attacks it.
std::string checksum(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const unsigned char byte : text) hash = (hash ^ byte) * 1099511628211u;
  return std::to_string(hash);
}

std::int64_t applied_version(Connection& connection, const std::string& owner) {
  auto query =
      connection.query("SELECT coalesce(max(version), 0) FROM schema_migrations WHERE owner = ?1", owner);
  query.next();
  return query.integer(0);
}

void check_unedited(Connection& connection, const std::string& owner, const Migration& migration) {
  auto query = connection.query("SELECT checksum FROM schema_migrations WHERE owner = ?1 AND version = ?2",
                                owner, migration.version);
  if (query.next() && query.text(0) == checksum(migration.sql)) return;
  throw StoreError(
      "migration " + owner + " " + std::to_string(migration.version) + " (" + migration.name +
      ") differs from the one this database was made with; add a new migration instead of editing");
}

void apply(Connection& connection, const std::string& owner, const Migration& migration) {
  try {
    connection.execute(migration.sql);
  } catch (const SQLite::Exception& failure) {
    throw StoreError("migration " + owner + " " + std::to_string(migration.version) + " (" + migration.name +
                     ") failed: " + failure.what());
  }
  connection.run("INSERT INTO schema_migrations(owner, version, name, checksum) VALUES (?1, ?2, ?3, ?4)",
                 owner, migration.version, migration.name, checksum(migration.sql));
}

}  // namespace

int migrate(Connection& connection, const std::string& owner, std::span<const Migration> migrations) {
  Savepoint all(connection, "migrate");
  connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations(owner TEXT NOT NULL, version INTEGER NOT NULL,"
      " name TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY(owner, version)) WITHOUT ROWID");
  const auto present = applied_version(connection, owner);
  const auto known = migrations.empty() ? 0 : migrations.back().version;
  if (present > known)
    throw StoreError("the database has schema version " + std::to_string(present) + " of " + owner +
                     ", this program knows " + std::to_string(known) + ": run the newer program");
  int applied = 0;
  for (const auto& migration : migrations) {
    if (migration.version <= present) {
      check_unedited(connection, owner, migration);
    } else {
      apply(connection, owner, migration);
      ++applied;
    }
  }
  all.keep();
  return applied;
}

}  // namespace banyan::store
