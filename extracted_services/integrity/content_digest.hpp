// Whether a body arrived as it was sent: Content-Digest and Want-Content-Digest (RFC 9530), with SHA-256. Fields of a
// head are not covered by it. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace banyan::integrity {

inline constexpr std::string_view digest_field = "Content-Digest";
inline constexpr std::string_view want_field = "Want-Content-Digest";
inline constexpr std::string_view want_value = "sha-256=10";

std::string content_digest(std::string_view body);  // "sha-256=:base64:"

// One line of the field against the body; a line that names no algorithm we know says nothing.
enum class Match { says_nothing, same, different };
Match compare(std::string_view line, std::string_view body);

// The line of a Want-Content-Digest asks for SHA-256.
bool wants_digest(std::string_view line);

}  // namespace banyan::integrity
