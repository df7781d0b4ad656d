// Pieces of HTML. Whatever comes from the analyzed code goes through `escape`.
#pragma once

#include "analyzer/report/report.hpp"

#include <string>
#include <string_view>

namespace banyan::report {

std::string escape(std::string_view text);

// JSON inside <script>: "</" and "<!--" must not end the element.
std::string escape_script(std::string_view json);

std::string percent(double share);
std::string grouped(std::uint64_t number);  // 12,345
std::string counted(std::uint64_t count, const char* one, const char* many);  // 1 file, 12,345 files

// A coloured dot and the context's name, linked to its card; a dash for none.
std::string context_link(const Input& input, std::uint32_t context);
std::string context_mark(const Input& input, std::uint32_t context);  // the same without a link
std::string color_class(std::uint32_t context);

// file:line, and the line itself where the source is at hand.
std::string place(const Input& input, const Location& at, bool with_snippet);

// R, W or RW, with a title in words.
std::string mode_letters(bool reads, bool writes);

std::string base64_of_hex(std::string_view hex);

}  // namespace banyan::report
