// SQL text -> tokens, for any dialect, never failing. Holes (places a program fills at run time) are tokens
// too.
//
// A hole stands in the text as `\x01N\x02` (see hole_mark); printf conversions and {fmt} fields that nobody
// resolved become holes as well. Every byte sequence is accepted; an unterminated quote ends at the end of
// the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::evidence {

enum class TokenKind : std::uint8_t { word, identifier, text, number, parameter, hole, symbol };

struct Token {
  TokenKind kind = TokenKind::symbol;
  std::string text;  // without quotes; holes: what fills them
  std::size_t offset = 0;
  char quote = 0;         // of identifier and text: ' " ` [ $
  bool glued = false;     // no space stands before it
  bool has_hole = false;  // a quoted text or identifier with a hole inside
};

using Tokens = std::vector<Token>;

std::string hole_mark(std::size_t index);

// `holes[i]` is the expression behind hole_mark(i).
Tokens tokenize(std::string_view sql, const std::vector<std::string>& holes = {});

// At every `;` outside parentheses, trigger bodies and CASE. Empty statements are left out.
std::vector<Tokens> split_statements(const Tokens& tokens);

// Text that SQLite reads; identifiers and strings are quoted anew.
std::string render(const Tokens& tokens);

bool is_word(const Token& token, std::string_view upper);
bool is_word_at(const Tokens& tokens, std::size_t index, std::string_view upper);
bool is_any_word(const Token& token, const std::vector<std::string_view>& upper);
bool is_symbol(const Token& token, std::string_view symbol);
bool is_symbol_at(const Tokens& tokens, std::size_t index, std::string_view symbol);
bool is_name(const Token& token);  // may name a table or a column

Token make_word(std::string_view text);
Token make_symbol(std::string_view text);

// The index after the parenthesis that closes the one at `open`; tokens.size() when it never closes.
std::size_t after_parenthesis(const Tokens& tokens, std::size_t open);

std::string upper(std::string_view text);
std::string lower(std::string_view text);

}  // namespace banyan::evidence
