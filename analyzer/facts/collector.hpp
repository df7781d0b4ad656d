// What the walk of one unit writes into: facts by file, and where in the program the walk stands.
// Internal to facts/: sees Clang. One instance a unit, used by its thread only.
#pragma once

#include "analyzer/facts/names.hpp"
#include "analyzer/facts/source_files.hpp"
#include "analyzer/facts/string_eval.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/DenseSet.h>

#include <map>
#include <string>
#include <vector>

namespace banyan::facts {

// Hears which declarations the walk meets: a merged parse checks that the unit itself could see them.
class UseWatcher {
 public:
  virtual ~UseWatcher() = default;
  virtual void name(const clang::NamedDecl* declaration, clang::SourceLocation at) = 0;
  // One of these is meant, or several, or none.
  virtual void candidates(llvm::ArrayRef<const clang::NamedDecl*> found, clang::SourceLocation at) = 0;
  virtual void complete(clang::QualType type, clang::SourceLocation at) = 0;  // its definition is needed
  virtual void dependent(clang::SourceLocation at) = 0;  // what it means is known only where a template is used
};

class Collector {
 public:
  explicit Collector(SourceFiles& source_files, Names& unit_names)
      : files(source_files), names(unit_names), sight(source_files), strings(unit_names, source_files, sight) {}

  SourceFiles& files;
  Names& names;
  Sight sight;
  UseWatcher* uses = nullptr;  // told every use of a name; only a merged parse has one
  StringEvaluator strings;
  std::map<std::string, FileFacts> facts;
  std::vector<std::string> scopes;             // USRs of what encloses the walk, innermost last
  std::vector<std::uint32_t> block_ends;       // last lines of the enclosing { }
  llvm::DenseSet<const clang::Expr*> callees;  // expressions that only say what is called
  llvm::DenseSet<const clang::Expr*> written;  // expressions whose variable is changed

  FileFacts& file(const std::string& path);
  const std::string& scope() const;

  void symbol(const clang::NamedDecl* declaration);
  void signature(const clang::FunctionDecl* function);  // collect_signatures.cpp
  void lambda(const clang::LambdaExpr* lambda);
  void guard(const clang::VarDecl* variable);
  // Whether a declaration that the walk's file sees stands in the project: others may only be on the way there.
  bool of_project(const clang::NamedDecl* declaration);
  void reference(const clang::NamedDecl* target, clang::SourceLocation at, ReferenceKind kind);
  void overrides(const clang::CXXMethodDecl* method);

  // collect_references.cpp
  void call(const clang::CallExpr* call);
  void construction(const clang::CXXConstructExpr* construction);
  void named(const clang::DeclRefExpr* reference);
  void member(const clang::MemberExpr* member);
  void unresolved(const clang::OverloadExpr* candidates);
  llvm::SmallVector<const clang::NamedDecl*> seen_candidates(const clang::OverloadExpr* candidates);
  void mark_written(const clang::Expr* expression);

  // collect_strings.cpp
  void string_arguments(const clang::Expr* call, const clang::NamedDecl* callee, llvm::StringRef callee_name,
                        llvm::ArrayRef<const clang::Expr*> arguments);
  void string_call(const clang::CallExpr* call);
  void string_variable(const clang::VarDecl* variable);
  void string_member(const clang::FieldDecl* field, const clang::Expr* initializer);
  void string_returned(const clang::Expr* value);
  void string_assigned(const clang::BinaryOperator* assignment);
  void string_literal(const clang::StringLiteral* literal);

  // collect_registrations.cpp
  void registration(const clang::CallExpr* call);
  void registration(const clang::CXXConstructExpr* construction);
  void registration(const clang::BinaryOperator* assignment);
  void registration_row(const clang::InitListExpr* row);

 private:
  void call_target(const clang::CallExpr* call, const clang::FunctionDecl* target);
  void add_value(const clang::Expr* at, StringValue value, const Alternatives& alternatives, bool holes_too);
  bool string_operator(const clang::CXXOperatorCallExpr* call);
  bool string_method(const clang::CXXMemberCallExpr* call);
  bool string_c_call(const clang::CallExpr* call);
  void forget_changed(const clang::CallExpr* call);
};

struct Callable {
  std::string usr;
  std::string name;
};

// Functions, methods, lambdas, bound or wrapped ones, and handler objects that an expression names.
void find_callables(const clang::Expr* expression, Collector& collector, std::vector<Callable>& out,
                    int depth = 0);

bool is_interesting_library_function(const clang::NamedDecl* declaration);

}  // namespace banyan::facts
