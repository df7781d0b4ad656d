// Carries out a Work with real sockets and the real clock, on a thread of its own.
//
// One round: apply the answers that have come, collect what is due, commit, and only then send. A crash at
// any moment leaves rows that are sent again after the restart. What is already under way is not sent twice
// by the same process, and no more is under way at once than each upstream's bulkhead allows.
#pragma once
#include "extracted_services/client/client.hpp"
#include "extracted_services/courier/work.hpp"
#include "extracted_services/store/store.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace banyan::courier {

class Courier {
 public:
  // Both must outlive the courier, and the store must still be running when it goes.
  Courier(store::Store& store, Work& work, const std::map<std::string, client::Upstream>& upstreams);
  ~Courier();  // no further sends; what is under way is abandoned and sent again next time

  // There may be something new to send; any thread, also from inside the transaction that writes it.
  void wake();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Where handlers leave word for a courier that comes and goes: made with the endpoints, before there is a
// database, and still there when the last handler runs after the courier has left. Any thread.
class Mailbox {
 public:
  void open(store::Store& store, Work& work, const std::map<std::string, client::Upstream>& upstreams);
  void close();  // before the store stops; safe to call twice
  bool wake();   // false: there is no courier

 private:
  std::mutex mutex_;
  std::unique_ptr<Courier> courier_;
};

}  // namespace banyan::courier
