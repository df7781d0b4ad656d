#include "extracted_services/store/connection.hpp"

#include "extracted_services/safety/rules.hpp"
#include "extracted_services/store/file_lock.hpp"

#include <sqlite3.h>

namespace banyan::store {
namespace {

constexpr int busy_timeout_ms = 5000;

SQLite::Database open_database(const std::filesystem::path& file, int flags) try {
  return SQLite::Database(file.string(), flags, busy_timeout_ms);
} catch (const SQLite::Exception& failure) {
  throw StoreError(file.string() + ": cannot open the database: " + failure.what());
}

}  // namespace

Query::Query(Connection& connection, std::unique_ptr<SQLite::Statement> statement)
    : connection_(&connection), statement_(std::move(statement)) {}

Query::~Query() {
  if (statement_) connection_->give_back(std::move(statement_));
}

std::optional<std::int64_t> Query::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Query::maybe_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

Connection::Connection(SQLite::Database database, std::shared_ptr<FileLock> lock)
    : lock_(std::move(lock)), database_(std::move(database)) {}

Connection::~Connection() = default;

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_.getHandle()) == 0; }

std::unique_ptr<SQLite::Statement> Connection::lease(std::string_view sql) {
  std::string key(sql);
  auto found = idle_.find(key);
  if (found == idle_.end() || !found->second) return std::make_unique<SQLite::Statement>(database_, key);
  return std::move(found->second);
}

void Connection::give_back(std::unique_ptr<SQLite::Statement> statement) noexcept {
  try {
    // tryReset, because resetting repeats the error of the last step, which its caller has already seen.
    statement->tryReset();
    statement->clearBindings();
    std::string key = statement->getQuery();
    idle_[std::move(key)] = std::move(statement);
  } catch (...) {
    // A statement that cannot be kept is prepared anew the next time.
  }
}

std::unique_ptr<Connection> open_writer(const std::filesystem::path& file) {
  auto lock = std::make_shared<FileLock>(file.string() + ".writer");
  auto connection =
      std::make_unique<Connection>(open_database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE), lock);
  try {
    connection->execute("PRAGMA journal_mode=WAL");
    connection->execute(safety::holds(safety::Rule::sync_before_ack) ? "PRAGMA synchronous=FULL"
                                                                     : "PRAGMA synchronous=OFF");
    connection->execute("PRAGMA foreign_keys=ON");
    // Off, a REPLACE that removes a row through another unique key fires no delete trigger.
    connection->execute("PRAGMA recursive_triggers=ON");
  } catch (const SQLite::Exception& failure) {
    throw StoreError(file.string() + ": is not a usable SQLite database: " + failure.what());
  }
  return connection;
}

std::unique_ptr<Connection> open_reader(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) throw StoreError(file.string() + ": no such database file");
  auto connection = std::make_unique<Connection>(open_database(file, SQLite::OPEN_READONLY), nullptr);
  try {
    connection->execute("PRAGMA query_only=ON");
    connection->query("SELECT count(*) FROM sqlite_master").next();
  } catch (const SQLite::Exception& failure) {
    throw StoreError(file.string() + ": is not a readable SQLite database: " + failure.what());
  }
  return connection;
}

Savepoint::Savepoint(Connection& connection, std::string_view name) : connection_(connection), name_(name) {
  connection_.run("SAVEPOINT " + name_);
}

Savepoint::~Savepoint() {
  // After an I/O error SQLite has rolled everything back and the savepoint is gone with it.
  if (!open_ || !connection_.in_transaction()) return;
  try {
    connection_.run("ROLLBACK TO " + name_);
    connection_.run("RELEASE " + name_);
  } catch (...) {
    // The enclosing transaction then fails at its commit, which is where it is reported.
  }
}

void Savepoint::keep() {
  connection_.run("RELEASE " + name_);
  open_ = false;
}

}  // namespace banyan::store
