#include "extracted_services/service/idempotency.hpp"

#include "extracted_services/service/digest.hpp"

#include <algorithm>
#include <vector>

namespace banyan::service::idempotency {
namespace {

constexpr std::size_t longest_key = 255;

bool visible(char letter) { return letter > ' ' && letter <= '~'; }

}  // namespace

std::span<const store::Migration> migrations() {
  static const std::vector<store::Migration> all{
      {1, "idempotency keys",
       "CREATE TABLE idempotency_keys(key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, aggregate TEXT NOT "
       "NULL,"
       " status INTEGER NOT NULL, content_type TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT "
       "NULL)"
       " WITHOUT ROWID;"
       "CREATE INDEX ix_idempotency_keys_age ON idempotency_keys(created_at);"
       "CREATE INDEX ix_idempotency_keys_aggregate ON idempotency_keys(aggregate);"},
      {2, "what the last import left",
       "CREATE TABLE imports(id INTEGER PRIMARY KEY CHECK (id = 1), digest TEXT NOT NULL)"}};
  return all;
}

Outcome<std::optional<std::string>> read_key(const Request& request) {
  const auto header = request.header("Idempotency-Key");
  if (!header) return std::optional<std::string>();
  std::string_view key = *header;
  if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
  if (key.empty() || key.size() > longest_key || !std::all_of(key.begin(), key.end(), visible))
    return Fault{400, "idempotency_key_invalid", "Idempotency-Key must be 1 to 255 visible ASCII characters"};
  return std::optional<std::string>(key);
}

std::string fingerprint(const Request& request) {
  const auto account = request.header("X-Account-Id").value_or("");
  std::string text;
  for (const std::string_view part :
       {std::string_view(request.method), std::string_view(request.target), account}) {
    text += part;
    text += '\n';
  }
  return sha256_hex(text + request.body);
}

Fault reused(std::string_view key) {
  return {422,
          "idempotency_key_reused",
          "Idempotency-Key " + std::string(key) + " was used for another request",
          {},
          "use a new key for a new request"};
}

Fault in_flight(std::string_view key) {
  return {409,
          "idempotency_key_in_flight",
          "the first request with Idempotency-Key " + std::string(key) + " is still being worked on",
          {},
          "ask again shortly with the same key"};
}

Outcome<std::optional<Response>> find(store::Connection& db, const std::string& key,
                                      const std::string& fingerprint) {
  auto row =
      db.query("SELECT fingerprint, status, content_type, body FROM idempotency_keys WHERE key = ?1", key);
  if (!row.next()) return std::optional<Response>();
  if (row.text(0) != fingerprint) return reused(key);
  Response stored{static_cast<int>(row.integer(1)), row.text(2), row.text(3), {}};
  stored.headers.emplace_back("Idempotency-Replayed", "true");
  return std::optional<Response>(std::move(stored));
}

void remember(store::Connection& db, const std::string& key, const std::string& fingerprint,
              const std::string& aggregate, const Response& response, std::int64_t now) {
  db.run(
      "INSERT INTO idempotency_keys(key, fingerprint, aggregate, status, content_type, body, created_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      key, fingerprint, aggregate, response.status, response.content_type, response.body, now);
}

void forget_old(store::Connection& db, std::int64_t before) {
  db.run(
      "DELETE FROM idempotency_keys WHERE key IN"
      " (SELECT key FROM idempotency_keys WHERE created_at < ?1 ORDER BY created_at LIMIT 4)",
      before);
}

std::optional<Fault> InFlight::enter(const std::string& key, const std::string& fingerprint) {
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = fingerprints_.try_emplace(key, fingerprint);
  if (is_new) return std::nullopt;
  return entry->second == fingerprint ? in_flight(key) : reused(key);
}

void InFlight::leave(const std::string& key) {
  const std::lock_guard lock(mutex_);
  fingerprints_.erase(key);
}

}  // namespace banyan::service::idempotency
