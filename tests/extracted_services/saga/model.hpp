// The decision core among model participants: what really happened at each participant is known here, and the
// core is told only what a network lets through: late, twice, not at all. Everything follows from the seed.
#pragma once
#include "extracted_services/saga/advance.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace banyan::saga_test {

// A random definition that is well formed.
saga::Definition random_definition(std::uint64_t seed);

// Runs one saga to its end; the first broken promise in words, or empty.
std::string run_model(const saga::Definition& definition, std::uint64_t seed);

}  // namespace banyan::saga_test
