#include "tests/extracted_services/saga/switches.hpp"

#include <optional>

namespace banyan::safety {
namespace {
std::optional<SagaRule> switched_off;
}

bool holds(SagaRule rule) { return switched_off != rule; }

Without::Without(SagaRule rule) { switched_off = rule; }
Without::~Without() { switched_off.reset(); }

}  // namespace banyan::safety
