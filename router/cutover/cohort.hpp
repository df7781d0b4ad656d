// Who is moved: a keyed hash puts every caller into one of 10,000 buckets, per cutover.
//
// bucket = SipHash-2-4(key = first 16 bytes of SHA-256(salt), message = cutover name, 0x00, cohort key) mod
// 10,000. A caller is on the new side when bucket < weight, so raising the weight only adds callers, and
// every router with the same salt agrees without talking. Vectors: docs/reference/cohort-vectors.md. Pure;
// any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace banyan::cutover {

inline constexpr std::uint32_t bucket_count = 10'000;

// 16 bytes of SipHash key.
using SaltKey = std::array<std::uint64_t, 2>;
SaltKey salt_key(std::string_view salt);

std::uint64_t siphash24(const SaltKey& key, std::string_view first, std::string_view second);

// `prefix` is the cutover's name followed by a NUL byte.
std::uint32_t bucket(const SaltKey& salt, std::string_view prefix, std::string_view cohort_key);

}  // namespace banyan::cutover
