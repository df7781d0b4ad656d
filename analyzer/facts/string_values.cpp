// The arithmetic of string values, without Clang's expressions.
#include "analyzer/facts/string_eval.hpp"

#include <algorithm>

namespace banyan::facts {
namespace {

constexpr std::size_t kMaxText = 64 * 1024;

}  // namespace

void append_piece(Pieces& pieces, const StringPiece& piece) {
  if (piece.known && piece.text.empty()) return;
  if (piece.known && !pieces.empty() && pieces.back().known) {
    if (pieces.back().text.size() < kMaxText) pieces.back().text += piece.text;
    return;
  }
  pieces.push_back(piece);
}

Alternatives concatenate(const Alternatives& left, const Alternatives& right) {
  Alternatives out;
  for (const Pieces& head : left) {
    for (const Pieces& tail : right) {
      if (out.size() == kMaxAlternatives) return out;
      Pieces joined = head;
      for (const StringPiece& piece : tail) append_piece(joined, piece);
      out.push_back(std::move(joined));
    }
  }
  return out;
}

void add_alternatives(Alternatives& into, const Alternatives& more) {
  for (const Pieces& pieces : more) {
    if (into.size() == kMaxAlternatives) return;
    if (std::find(into.begin(), into.end(), pieces) == into.end()) into.push_back(pieces);
  }
}

bool has_known_text(const Pieces& pieces) {
  return std::any_of(pieces.begin(), pieces.end(), [](const StringPiece& piece) { return piece.known; });
}

StringFlow join(StringFlow first, const StringFlow& second) {
  for (const auto& [variable, values] : second) add_alternatives(first[variable], values);
  return first;
}

}  // namespace banyan::facts
