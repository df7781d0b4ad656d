#include "extracted_services/service/import.hpp"

#include <SQLiteCpp/Column.h>

#include <algorithm>

namespace banyan::service {
namespace {

// FNV-1a over every value and its type; it notices changes, nobody attacks it.
class Digest {
 public:
  void add(std::string_view bytes) {
    for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 1099511628211u;
    hash_ = (hash_ ^ 0xff) * 1099511628211u;
  }
  std::string text() const { return std::to_string(hash_); }

 private:
  std::uint64_t hash_ = 14695981039346656037u;
};

std::string digest(store::Connection& db, const std::vector<TableCopy>& copies) {
  Digest digest;
  for (const auto& copy : copies) {
    digest.add(copy.table);
    auto rows = db.query("SELECT " + copy.columns + " FROM " + copy.table + " ORDER BY rowid");
    while (rows.next())
      for (int i = 0; i < rows.statement().getColumnCount(); ++i)
        digest.add(rows.is_null(i) ? std::string("\x01null", 5) : rows.text(i));
  }
  return digest.text();
}

void check_untouched(store::Connection& into, const std::vector<TableCopy>& copies) {
  auto row = into.query("SELECT digest FROM imports WHERE id = 1");
  const bool imported_before = row.next();
  const bool empty = std::all_of(copies.begin(), copies.end(), [&](const TableCopy& copy) {
    return !into.query("SELECT 1 FROM " + copy.table + " LIMIT 1").next();
  });
  if (empty || (imported_before && row.text(0) == digest(into, copies))) return;
  throw store::StoreError(
      "the service has changed its data since the last import; a new import would undo that. "
      "--replace does it all the same");
}

std::string placeholders(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += i == 0 ? "?" : ", ?";
  return text;
}

void bind_same(store::Query& insert, int index, const SQLite::Column& value) {
  if (value.isNull())
    insert.bind(index, nullptr);
  else if (value.isInteger())
    insert.bind(index, value.getInt64());
  else if (value.isFloat())
    insert.bind(index, value.getDouble());
  else
    insert.bind(index, std::string_view(value.getString()));
}

std::int64_t copy_rows(store::Connection& from, store::Connection& into, const TableCopy& copy) {
  auto rows = from.query(copy.select);
  const int columns = rows.statement().getColumnCount();
  const auto sql =
      "INSERT INTO " + copy.table + "(" + copy.columns + ") VALUES (" + placeholders(columns) + ")";
  std::int64_t count = 0;
  for (; rows.next(); ++count) {
    auto insert = into.query(sql);
    for (int i = 0; i < columns; ++i) bind_same(insert, i + 1, rows.statement().getColumn(i));
    insert.run();
  }
  return count;
}

void continue_counter(store::Connection& from, store::Connection& into, const TableCopy& copy) {
  auto row = from.query("SELECT seq FROM sqlite_sequence WHERE name = ?1", copy.counter);
  if (!row.next()) return;
  into.run("DELETE FROM sqlite_sequence WHERE name = ?1", copy.table);
  into.run("INSERT INTO sqlite_sequence(name, seq) VALUES (?1, ?2)", copy.table, row.integer(0));
}

}  // namespace

std::vector<std::pair<std::string, std::int64_t>> import_tables(store::Connection& from,
                                                                store::Connection& into,
                                                                const std::vector<TableCopy>& copies,
                                                                bool replace) try {
  store::Savepoint snapshot(from, "snapshot");
  store::Savepoint all(into, "import_all");
  if (!replace) check_untouched(into, copies);
  for (auto copy = copies.rbegin(); copy != copies.rend(); ++copy) into.run("DELETE FROM " + copy->table);
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (const auto& copy : copies) {
    counts.emplace_back(copy.table, copy_rows(from, into, copy));
    if (!copy.counter.empty()) continue_counter(from, into, copy);
  }
  into.run(
      "INSERT INTO imports(id, digest) VALUES (1, ?1) ON CONFLICT(id) DO UPDATE SET digest = excluded.digest",
      digest(into, copies));
  all.keep();
  return counts;
} catch (const SQLite::Exception& failure) {
  throw store::StoreError(std::string("the import failed, nothing was changed: ") + failure.what() +
                          "; is --from the monolith's database?");
}

}  // namespace banyan::service
