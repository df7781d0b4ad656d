// Retries act once. A write that carries an Idempotency-Key leaves its answer under that key in the same
// transaction as its effect, so there is no moment at which one exists without the other, whenever the
// process dies.
//
// Keys lie in the service's own database beside the data, with the aggregate they acted on, because they must
// move with it when its ownership moves. The functions run on the writer thread; InFlight on any.
#pragma once
#include "extracted_services/service/fault.hpp"
#include "extracted_services/service/message.hpp"
#include "extracted_services/store/migrations.hpp"

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace banyan::service::idempotency {

// The chassis' own tables; owner "service".
std::span<const store::Migration> migrations();

// 1..255 visible characters; the quotes of a structured field string are taken off. Nothing: no key was sent.
Outcome<std::optional<std::string>> read_key(const Request& request);

// What must be equal for two requests to be the same: method, target, account, body. The account is in it so
// that nobody reads another account's answer by guessing its key.
std::string fingerprint(const Request& request);

Fault reused(std::string_view key);
Fault in_flight(std::string_view key);

// The stored answer; a fault if the key was used for another request; nothing if the key is new.
Outcome<std::optional<Response>> find(store::Connection& db, const std::string& key,
                                      const std::string& fingerprint);
void remember(store::Connection& db, const std::string& key, const std::string& fingerprint,
              const std::string& aggregate, const Response& response, std::int64_t now);
// Deletes some keys older than `before`: a few with every new one, so that the table stays bounded without a
// timer.
void forget_old(store::Connection& db, std::int64_t before);

// Keys whose first request has not been answered yet.
class InFlight {
 public:
  // A fault: another request with this key is being worked on (or has another fingerprint).
  std::optional<Fault> enter(const std::string& key, const std::string& fingerprint);
  void leave(const std::string& key);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::string> fingerprints_;
};

}  // namespace banyan::service::idempotency
