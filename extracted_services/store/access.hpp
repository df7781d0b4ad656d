// How a thread of its own (a relay, a consumer) reads and writes a store: it hands the work over and waits.
// The database threads stay the only ones that touch the file.
#pragma once
#include "extracted_services/store/store.hpp"

#include <functional>

namespace banyan::store {

struct Access {
  // One snapshot. Both return when the work is done and, for write, on disk, or throw why it is not.
  std::function<void(const Work&)> read;
  std::function<void(const Work&)> write;
};

// Throws StoreError when the store's queues are full or stopped, GroupLost when the commit failed; then
// nothing was kept. Not from a database thread or one that serves sockets: it blocks.
Access access_to(Store& store);

}  // namespace banyan::store
