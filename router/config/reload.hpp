// May this configuration take the place of that one while traffic flows? Pure.
//
// A reload never moves traffic: whatever would is refused, in words, and the old configuration stays.
#pragma once

#include "router/config/config.hpp"
#include "router/cutover/stages.hpp"

#include <map>
#include <string>
#include <vector>

namespace banyan::config {

struct ReloadVerdict {
  std::vector<std::string> refusals;  // empty: go ahead
  std::vector<std::string> changes;   // what differs, one line each
};

ReloadVerdict compare_for_reload(const Config& before, const Config& after,
                                 const std::map<std::string, cutover::State>& states);

// The keys of `static:` that differ, such as "static.listen".
std::vector<std::string> changed_static_keys(const StaticSettings& before, const StaticSettings& after);

}  // namespace banyan::config
