// Every safety rule of extracted_services/safety/rules.hpp as a check that finds its breach: run with all
// rules on they find nothing; with one switched off, at least one of them must.
#pragma once
#include <string>
#include <vector>

namespace banyan::events_test {

// What does not hold, in words; empty: everything does. `crash_stride`: every how many crash points are tried.
std::vector<std::string> broken_promises(int crash_stride);

}  // namespace banyan::events_test
