// Which functions an expression hands over.
#include "analyzer/facts/collector.hpp"

#include <clang/AST/DeclTemplate.h>

namespace banyan::facts {
namespace {

constexpr int kMaxCallableDepth = 6;

void add(const clang::FunctionDecl* function, Collector& collector, std::vector<Callable>& out) {
  if (!collector.of_project(function)) return;
  Callable callable{collector.names.usr(function), collector.names.qualified(function)};
  for (const Callable& known : out) {
    if (known.usr == callable.usr) return;
  }
  out.push_back(std::move(callable));
}

// The record behind pointers, references and smart pointers.
const clang::CXXRecordDecl* pointed_record(clang::QualType type) {
  type = type.getNonReferenceType();
  if (type->isPointerType()) return type->getPointeeCXXRecordDecl();
  const auto* record = type->getAsCXXRecordDecl();
  const auto* special = llvm::dyn_cast_or_null<clang::ClassTemplateSpecializationDecl>(record);
  if (special == nullptr || !simple_name(special).ends_with_insensitive("ptr")) return record;
  const auto& arguments = special->getTemplateArgs();
  if (arguments.size() == 0 || arguments[0].getKind() != clang::TemplateArgument::Type) return record;
  return arguments[0].getAsType()->getAsCXXRecordDecl();
}

// An object whose class says what happens: operator(), or the virtual methods it overrides.
void add_handler_object(clang::QualType type, Collector& collector, std::vector<Callable>& out) {
  const auto* record = pointed_record(type);
  record = record != nullptr ? record->getDefinition() : nullptr;
  if (record == nullptr || record->isLambda() || !collector.sight.sees(record) || !collector.files.in_project(record->getLocation())) return;
  for (const auto* method : record->methods()) {
    if (llvm::isa<clang::CXXDestructorDecl>(method) || method->isImplicit()) continue;
    const bool call_operator = method->getOverloadedOperator() == clang::OO_Call;
    if (call_operator || method->size_overridden_methods() > 0) add(method, collector, out);
  }
}

void from_reference(const clang::DeclRefExpr* reference, Collector& collector, std::vector<Callable>& out,
                    int depth) {
  const clang::ValueDecl* target = reference->getDecl();
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(target)) {
    add(function, collector, out);
  } else if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(target)) {
    const std::size_t before = out.size();
    if (variable->hasInit() && !llvm::isa<clang::ParmVarDecl>(variable))
      find_callables(variable->getInit(), collector, out, depth + 1);
    if (out.size() == before) add_handler_object(variable->getType(), collector, out);
  }
}

}  // namespace

void find_callables(const clang::Expr* expression, Collector& collector, std::vector<Callable>& out,
                    int depth) {
  const clang::Expr* inner = strip(expression);
  if (inner == nullptr || depth > kMaxCallableDepth || is_string_type(inner->getType())) return;
  using namespace clang;
  if (const auto* lambda = llvm::dyn_cast<LambdaExpr>(inner)) {
    add(lambda->getCallOperator(), collector, out);
  } else if (const auto* reference = llvm::dyn_cast<DeclRefExpr>(inner)) {
    from_reference(reference, collector, out, depth);
  } else if (const auto* address = llvm::dyn_cast<UnaryOperator>(inner)) {
    if (address->getOpcode() == UO_AddrOf) find_callables(address->getSubExpr(), collector, out, depth + 1);
  } else if (const auto* overloads = llvm::dyn_cast<OverloadExpr>(inner)) {
    for (const NamedDecl* candidate : collector.seen_candidates(overloads)) {
      const auto* function = llvm::dyn_cast<FunctionDecl>(pattern_of(candidate));
      if (function != nullptr) add(function, collector, out);
    }
  } else if (const auto* construction = llvm::dyn_cast<CXXConstructExpr>(inner)) {
    for (const Expr* argument : construction->arguments())
      find_callables(argument, collector, out, depth + 1);
    if (out.empty()) add_handler_object(construction->getType(), collector, out);
  } else if (const auto* allocation = llvm::dyn_cast<CXXNewExpr>(inner)) {
    add_handler_object(allocation->getType(), collector, out);
  } else if (const auto* call = llvm::dyn_cast<CallExpr>(inner)) {
    for (const Expr* argument : call->arguments()) find_callables(argument, collector, out, depth + 1);
    if (out.empty() && depth == 0) add_handler_object(call->getType(), collector, out);
  } else if (const auto* list = llvm::dyn_cast<InitListExpr>(inner)) {
    for (const Expr* element : list->inits()) find_callables(element, collector, out, depth + 1);
  }
}

}  // namespace banyan::facts
