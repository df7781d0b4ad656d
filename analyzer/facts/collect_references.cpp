// Calls, constructions, uses of variables, fields and enumerators.
#include "analyzer/facts/collector.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/ADT/StringSwitch.h>

namespace banyan::facts {
namespace {

const clang::FunctionDecl* as_function(const clang::NamedDecl* declaration) {
  if (const auto* shadow = llvm::dyn_cast<clang::UsingShadowDecl>(declaration))
    declaration = shadow->getTargetDecl();
  if (const auto* tmpl = llvm::dyn_cast<clang::FunctionTemplateDecl>(declaration))
    return tmpl->getTemplatedDecl();
  return llvm::dyn_cast<clang::FunctionDecl>(declaration);
}

bool is_virtual_call(const clang::CXXMemberCallExpr* call) {
  const clang::CXXMethodDecl* method = call->getMethodDecl();
  const auto* callee = llvm::dyn_cast<clang::MemberExpr>(call->getCallee()->IgnoreParens());
  if (method == nullptr || !method->isVirtual() || (callee != nullptr && callee->hasQualifier()))
    return false;
  return !method->hasAttr<clang::FinalAttr>() && !method->getParent()->isEffectivelyFinal();
}

bool changes_first_argument(clang::OverloadedOperatorKind kind) {
  return clang::CXXOperatorCallExpr::isAssignmentOp(kind) || kind == clang::OO_PlusPlus ||
         kind == clang::OO_MinusMinus;
}

// What std:: classes hold open or start; everything else of std:: says nothing about the design.
bool interesting_std_class(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("basic_ifstream", "basic_ofstream", "basic_fstream", "basic_filebuf", true)
      .Cases("thread", "jthread", "mutex", "condition_variable", "random_device", true)
      .Default(false);
}

}  // namespace

bool is_interesting_library_function(const clang::NamedDecl* declaration) {
  const clang::FunctionDecl* function = as_function(declaration);
  if (function == nullptr) return false;
  if (simple_name(function).starts_with("__")) return false;
  if (!in_std(function)) return true;
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
  if (method != nullptr) return interesting_std_class(simple_name(method->getParent()));
  if (function->isOverloadedOperator()) return false;
  return llvm::StringSwitch<bool>(simple_name(function))
      .Cases("move", "forward", "begin", "end", "get", "swap", "make_pair", false)
      .Cases("to_string", "min", "max", "addressof", "exchange", "as_const", false)
      .Default(!simple_name(function).empty());
}

void Collector::mark_written(const clang::Expr* expression) {
  for (int depth = 0; depth < 64; ++depth) {
    expression = expression->IgnoreParenImpCasts();
    written.insert(expression);
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(expression)) {
      if (llvm::isa<clang::VarDecl>(member->getMemberDecl())) return;
      expression = member->getBase();
    } else if (const auto* subscript = llvm::dyn_cast<clang::ArraySubscriptExpr>(expression)) {
      expression = subscript->getBase();
    } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expression)) {
      expression = unary->getSubExpr();
    } else if (const auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(expression)) {
      const auto kind = call->getOperator();
      if (kind != clang::OO_Subscript && kind != clang::OO_Star && kind != clang::OO_Arrow) return;
      expression = call->getArg(0);
    } else {
      return;
    }
  }
}

void Collector::call_target(const clang::CallExpr* call, const clang::FunctionDecl* target) {
  const auto* method_call = llvm::dyn_cast<clang::CXXMemberCallExpr>(call);
  const bool is_virtual = method_call != nullptr && is_virtual_call(method_call);
  clang::SourceLocation at = call->getBeginLoc();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(call->getCallee()->IgnoreParenImpCasts()))
    at = member->getMemberLoc();
  reference(target, at, is_virtual ? ReferenceKind::virtual_call : ReferenceKind::call);
}

void Collector::call(const clang::CallExpr* call) {
  callees.insert(call->getCallee()->IgnoreParenImpCasts());
  const clang::FunctionDecl* target = call->getDirectCallee();
  if (target == nullptr) return;
  call_target(call, target);
  if (const auto* method_call = llvm::dyn_cast<clang::CXXMemberCallExpr>(call)) {
    const auto* method = method_call->getMethodDecl();
    const auto* object = method_call->getImplicitObjectArgument();
    if (method != nullptr && object != nullptr && !method->isConst() && !method->isStatic())
      mark_written(object);
  }
  const auto* operator_call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(call);
  if (operator_call != nullptr && changes_first_argument(operator_call->getOperator()))
    mark_written(call->getArg(0));
  const bool skip_object = operator_call != nullptr && llvm::isa<clang::CXXMethodDecl>(target);
  for (unsigned i = 0; i < target->getNumParams(); ++i) {
    const unsigned argument = i + (skip_object ? 1 : 0);
    if (argument >= call->getNumArgs()) break;
    const clang::QualType type = target->getParamDecl(i)->getType();
    if (type->isLValueReferenceType() && !type->getPointeeType().isConstQualified())
      mark_written(call->getArg(argument));
  }
}

void Collector::construction(const clang::CXXConstructExpr* construction) {
  const auto* constructor = construction->getConstructor();
  if (constructor->isCopyOrMoveConstructor() && construction->isElidable()) return;
  reference(constructor, construction->getLocation(), ReferenceKind::construct);
}

void Collector::named(const clang::DeclRefExpr* expression) {
  const clang::ValueDecl* target = expression->getDecl();
  if (llvm::isa<clang::FunctionDecl>(target)) {
    if (!callees.contains(expression))
      reference(target, expression->getLocation(), ReferenceKind::address_taken);
  } else if (llvm::isa<clang::EnumConstantDecl>(target)) {
    reference(target, expression->getLocation(), ReferenceKind::enumerator_use);
  } else if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(target);
             variable && variable->hasGlobalStorage()) {
    const bool write = written.contains(expression);
    reference(target, expression->getLocation(),
              write ? ReferenceKind::variable_write : ReferenceKind::variable_read);
  } else if (llvm::isa<clang::FieldDecl>(target)) {
    reference(target, expression->getLocation(), ReferenceKind::field_use);  // &Order::total
  }
}

void Collector::member(const clang::MemberExpr* expression) {
  const clang::ValueDecl* target = expression->getMemberDecl();
  if (llvm::isa<clang::FieldDecl>(target)) {
    reference(target, expression->getMemberLoc(), ReferenceKind::field_use);
  } else if (llvm::isa<clang::VarDecl>(target)) {
    const bool write = written.contains(expression);
    reference(target, expression->getMemberLoc(),
              write ? ReferenceKind::variable_write : ReferenceKind::variable_read);
  } else if (!callees.contains(expression)) {
    reference(target, expression->getMemberLoc(), ReferenceKind::address_taken);
  }
}

// What the file sees of the candidates. Where it sees none, what an includer had declared hides those of the scopes
// around: then those that would have been found without it.
llvm::SmallVector<const clang::NamedDecl*> Collector::seen_candidates(const clang::OverloadExpr* candidates) {
  llvm::SmallVector<const clang::NamedDecl*> out;
  for (const clang::NamedDecl* candidate : candidates->decls()) {
    if (sight.sees(candidate)) out.push_back(candidate);
  }
  const bool plain = llvm::isa<clang::UnresolvedLookupExpr>(candidates) && candidates->getQualifier() == nullptr;
  if (!plain || !out.empty() || candidates->decls().empty()) return out;
  const clang::DeclContext* scope = (*candidates->decls_begin())->getDeclContext()->getRedeclContext();
  while (scope->isInlineNamespace()) scope = scope->getParent();
  while (out.empty() && (scope = scope->getParent()) != nullptr) {
    if (!scope->isFileContext()) continue;
    for (const clang::NamedDecl* found : scope->lookup(candidates->getName())) {
      const bool before = files.sources().isBeforeInTranslationUnit(found->getLocation(), candidates->getNameLoc());
      if (before && as_function(found) != nullptr && sight.sees(found)) out.push_back(found);
    }
  }
  return out;
}

// Inside a template the overload is not chosen yet: every candidate of the project may be meant.
void Collector::unresolved(const clang::OverloadExpr* candidates) {
  for (const clang::NamedDecl* candidate : seen_candidates(candidates)) {
    const clang::FunctionDecl* function = as_function(candidate);
    if (function == nullptr || !files.in_project(function->getLocation())) continue;
    const bool called = callees.contains(candidates);
    reference(function, candidates->getNameLoc(),
              called ? ReferenceKind::call : ReferenceKind::address_taken);
  }
}

}  // namespace banyan::facts
