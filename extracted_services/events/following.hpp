// What a service listens to: a topic of the log and what one of its events does here. Plain values.
#pragma once
#include "extracted_services/inbox/inbox.hpp"

#include <string>
#include <vector>

namespace banyan::events {

struct Following {
  std::string topic;  // the name of the service that tells
  inbox::Handler apply;
};

using Followings = std::vector<Following>;

}  // namespace banyan::events
