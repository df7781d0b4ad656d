// Which certificate answers for which host name. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::tls {

// Names as certificates carry them (RFC 9525 6.3): whole names, or "*." in place of just one label. Case is ignored.
bool matches(std::string_view pattern, std::string_view host);

// `names[i]` belongs to certificate i. A whole name wins over a wildcard, an earlier certificate over a later one;
// nothing that matches, and no name at all, gives the first.
std::size_t choose(const std::vector<std::vector<std::string>>& names, std::string_view host);

}  // namespace banyan::tls
