// "orders-read/live", "orders-read/canary 25%": a cutover in a stage, as `at:` of an expectation and `--at` say it. Pure.
#pragma once

#include "router/config/config.hpp"

#include <string>
#include <string_view>

namespace banyan::config {

struct At {
  std::string cutover;
  cutover::State state;
  std::string problem;  // why it is none, in words; empty: it is one
  std::string hint;
};
At parse_at(const Config& config, std::string_view text);

}  // namespace banyan::config
