// Sources and file names come in any encoding; what we write is UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace banyan::report {

// Length of the UTF-8 sequence at `at`, 0 when there is none.
std::size_t sequence_length(std::string_view text, std::size_t at);

// Every byte that is not part of a sequence becomes `instead`.
std::string as_utf8(std::string_view text, std::string_view instead);

}  // namespace banyan::report
