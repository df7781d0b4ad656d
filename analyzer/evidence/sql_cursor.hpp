// Reads tokens from left to right, for the grammar of sql_shape: each function takes what it names and says
// whether it was there. Expressions are read as operands and operators in turn; what stands inside the
// parentheses of a call is not judged.
#pragma once

#include "analyzer/evidence/sql_tokens.hpp"

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string_view>

namespace banyan::evidence {

class Cursor {
 public:
  // `subquery` reads a statement inside parentheses.
  Cursor(const Tokens& tokens, std::function<bool(Cursor&)> subquery)
      : tokens_(tokens), subquery_(std::move(subquery)) {}

  bool at_end() const;  // of the statement: no token, a semicolon, or the parenthesis that closes it
  bool at_word(std::initializer_list<std::string_view> words) const;
  bool at_symbol(std::string_view symbol) const;
  bool at_hole() const;
  bool at_name() const;  // that is no clause's first word

  bool word(std::string_view text);
  void words(std::initializer_list<std::string_view> any);  // as many as there are
  bool symbol(std::string_view text);
  bool name();         // dotted, with holes inside
  bool alias();        // AS x, or x; false when AS stands alone
  bool parentheses();  // from ( behind the matching )
  bool group();        // (expressions), or a statement in parentheses
  bool expression();
  bool expressions();  // a list, each with an alias or a direction
  void rest();         // to the end
  void next() { ++at_; }
  std::size_t position() const { return at_; }
  std::string_view text() const { return more() ? std::string_view(here().text) : std::string_view(); }
  bool named_since(std::size_t position, std::string_view name) const;  // any letter case; a hole may be it
  void back_to(std::size_t position) { at_ = position; }

 private:
  bool operand();
  bool prefix();
  bool case_block();
  bool infix();
  bool word_operator();
  const Token& here() const { return tokens_[at_]; }
  bool more() const { return at_ < tokens_.size(); }

  const Tokens& tokens_;
  std::function<bool(Cursor&)> subquery_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace banyan::evidence
