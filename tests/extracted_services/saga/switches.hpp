// Switches one safety rule off for the life of the object. The tests that use it are linked with their own
// build of the sources, compiled with BANYAN_MUTATIONS; programs have no switches.
#pragma once
#include "extracted_services/safety/saga_rules.hpp"

namespace banyan::safety {

class Without {
 public:
  explicit Without(SagaRule rule);
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
  ~Without();
};

}  // namespace banyan::safety
