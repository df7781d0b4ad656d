// The framing guard: how long a body is, or that nobody can say for sure.
// Nothing ambiguous passes: a length that two programs could read differently is a fault, never a guess.
// Pure; callable from any thread.
#pragma once
#include "router/http/fields.hpp"

#include <cstdint>
#include <optional>

namespace banyan::http {

struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length = 0;
};

std::optional<std::uint64_t> parse_length(std::string_view digits);

Errc request_framing(const Fields& fields, int minor, Framing& framing);

// `bodyless`: the answer to HEAD, or a status that never has a body. `declared` is Content-Length as sent.
Errc response_framing(const Fields& fields, int minor, bool bodyless, Framing& framing,
                      std::optional<std::uint64_t>& declared);

}  // namespace banyan::http
