// How a verb says that it could not.
#pragma once

#include <string>

namespace banyan::cli {

// On stderr: "error: MESSAGE" (a message that has its own "error: ", as those with a place do, is left as it is) and the
// hint on a line of its own. Returns kUsage.
int fail(const std::string& message, const std::string& hint = {});

}  // namespace banyan::cli
