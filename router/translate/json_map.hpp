// Moves the fields of a JSON document from one shape to another, and back. Pure; any thread.
//
// A place is a JSON pointer (RFC 6901); `*` stands for every element of an array. A step that finds nothing to do
// leaves the document alone; one that would overwrite or lose a value fails, and then nothing is changed at all.
// For a map of moves and additions: inverse(map) applied after map gives the document that was there before, but for
// the order of members and for objects that stood empty where a field was put.
#pragma once

#include "router/translate/document.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::translate {

struct PointerToken {
  bool each = false;   // `*`
  std::string plain;
  std::string quoted;  // as a member's name in JSON
  bool operator==(const PointerToken&) const = default;
};

struct Pointer {
  std::string text;  // as written
  std::vector<PointerToken> tokens;
  bool operator==(const Pointer& other) const { return tokens == other.tokens; }
};

// Parses into `out`, or says what is wrong.
std::string parse_pointer(std::string_view text, Pointer& out);

struct JsonStep {
  enum class Kind : std::uint8_t {
    move,    // also renames; the place it goes to must be free. Objects left empty behind it go, missing ones come
    add,     // a constant where nothing stands
    set,     // a constant, whatever stands there
    remove,
  } kind = Kind::move;
  Pointer at;         // what is moved, or the one place
  Pointer to;         // of a move
  std::string value;  // JSON text of a constant
};

// Both ends of a move lie in the same element: up to the last `*` they are equal. Empty, or what is wrong.
std::string step_problem(const JsonStep& step);

using JsonMap = std::vector<JsonStep>;

// Nothing when a step loses what it would take to go back (set, remove); `culprit` is its index then.
std::optional<JsonMap> inverse(const JsonMap& map, std::size_t* culprit = nullptr);

// `out` is written only when all went well.
JsonErrc apply(const JsonMap& map, std::string_view document, std::string& out);

}  // namespace banyan::translate
