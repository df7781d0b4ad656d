// The authors' own division, where their folders show one.
#pragma once

#include "analyzer/contexts/network.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace banyan::contexts {

// Folders such as src, include or detail: every module has them, so they name none.
bool says_nothing(std::string_view folder);

// Groups nodes by a cut of the folder tree. Folders that say nothing are skipped, so that lib/src and
// lib/include are one place; a folder stays whole unless its parts, by modularity at resolution 1, explain
// `network` better apart. `paths` is a file per node; `network` must not know folders. A group that holds more
// than two thirds of all nodes is divided as `otherwise` divides it. Empty when folders are no division of the
// program: fewer than two, or they explain less than a fifth of what `otherwise` does.
std::optional<Groups> divide_by_folders(std::span<const std::string> paths, const Network& network,
                                        const Groups& otherwise);

}  // namespace banyan::contexts
