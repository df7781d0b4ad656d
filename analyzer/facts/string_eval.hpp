// What a string expression is made of: known text and holes. Follows constants to their initialiser, local
// variables through the assignments seen so far (StringFlow), format calls to their arguments, and small
// functions that only return a string. Internal to facts/: sees Clang. One instance a unit, used by its
// thread only.
#pragma once

#include "analyzer/facts/include_graph.hpp"
#include "analyzer/facts/names.hpp"

#include <clang/AST/Expr.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/DenseSet.h>

#include <map>
#include <string>
#include <vector>

namespace banyan::facts {

using Pieces = std::vector<StringPiece>;
using Alternatives = std::vector<Pieces>;  // never empty; several for ?: and for if/else

inline constexpr std::size_t kMaxAlternatives = 8;

void append_piece(Pieces& pieces, const StringPiece& piece);  // joins neighbouring known text
Alternatives concatenate(const Alternatives& left, const Alternatives& right);
void add_alternatives(Alternatives& into, const Alternatives& more);  // without repeats, capped
bool has_known_text(const Pieces& pieces);

// The values string variables hold at the point the walk has reached.
using StringFlow = std::map<const clang::ValueDecl*, Alternatives>;
StringFlow join(StringFlow first, const StringFlow& second);

bool is_string_type(clang::QualType type);
bool is_string_stream(clang::QualType type);
const clang::Expr* strip(const clang::Expr* expression);
// The variable or field of *this that an expression names, also through c_str() and the like; else nullptr.
const clang::ValueDecl* named_variable(const clang::Expr* expression);
llvm::StringRef simple_name(const clang::NamedDecl* declaration);  // empty for operators and constructors

class StringEvaluator {
 public:
  StringEvaluator(Names& names, SourceFiles& files, Sight& sight)
      : names_(names), files_(files), sight_(sight) {}

  // Marks what it looks at as consumed, so that no part of a larger string is reported again by itself.
  Alternatives value(const clang::Expr* expression);
  Alternatives peek(const clang::Expr* expression) { return follow(expression); }  // consumes nothing
  // The value of a variable's initialiser; nothing is consumed.
  Alternatives constant(const clang::VarDecl* variable);
  bool consumed(const clang::Expr* expression) const { return consumed_.contains(expression); }

  // The value a format call produces: snprintf, fmt::format, QString::asprintf, StrFormat ...; nothing for
  // others.
  std::vector<Pieces> formatted(const clang::Expr* call);

  int format_argument(const clang::Expr* call) const;  // -1: not a format call

  StringFlow flow;

 private:
  Alternatives eval(const clang::Expr* expression);
  Alternatives of_construction(const clang::CXXConstructExpr* construction);
  Alternatives of_operator(const clang::CXXOperatorCallExpr* call);
  Alternatives of_method(const clang::CXXMemberCallExpr* call);
  Alternatives of_call(const clang::CallExpr* call);
  Alternatives of_variable(const clang::Expr* expression, const clang::ValueDecl* variable);
  Alternatives of_inline_function(const clang::CallExpr* call, const clang::FunctionDecl* function);
  Alternatives format(const clang::Expr* format_string, llvm::ArrayRef<const clang::Expr*> arguments,
                      bool braces);
  Alternatives hole(const clang::Expr* expression);
  Alternatives follow(const clang::Expr* initializer);

  Names& names_;
  SourceFiles& files_;
  Sight& sight_;
  llvm::DenseSet<const clang::Expr*> consumed_;
  int depth_ = 0;
  int follow_ = 0;  // above zero: outside the expression asked about
};

}  // namespace banyan::facts
