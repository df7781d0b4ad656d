// Pieces of JSON appended to a text. Bytes above ASCII need not be UTF-8 in what a client sent; as \u00XX the text is
// always valid JSON. Pure; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace banyan::telemetry {

// Without the quotation marks.
void put_json_text(std::string& out, std::string_view text);
void put_json_number(std::string& out, std::uint64_t value);

}  // namespace banyan::telemetry
