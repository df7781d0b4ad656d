#include "analyzer/facts/collector.hpp"

#include <clang/AST/DeclTemplate.h>

namespace banyan::facts {
namespace {

SymbolKind kind_of(const clang::NamedDecl* declaration) {
  using namespace clang;
  if (llvm::isa<CXXMethodDecl>(declaration)) return SymbolKind::method;
  if (llvm::isa<FunctionDecl>(declaration)) return SymbolKind::function;
  if (llvm::isa<RecordDecl>(declaration)) return SymbolKind::record;
  if (llvm::isa<EnumDecl>(declaration)) return SymbolKind::enumeration;
  if (llvm::isa<EnumConstantDecl>(declaration)) return SymbolKind::enumerator;
  if (llvm::isa<FieldDecl>(declaration)) return SymbolKind::field;
  if (llvm::isa<TypedefNameDecl>(declaration)) return SymbolKind::alias;
  if (llvm::isa<ConceptDecl>(declaration)) return SymbolKind::concept_;
  return SymbolKind::variable;
}

bool is_definition(const clang::NamedDecl* declaration) {
  using namespace clang;
  if (const auto* function = llvm::dyn_cast<FunctionDecl>(declaration))
    return function->isThisDeclarationADefinition();
  if (const auto* tag = llvm::dyn_cast<TagDecl>(declaration)) return tag->isThisDeclarationADefinition();
  if (const auto* variable = llvm::dyn_cast<VarDecl>(declaration))
    return variable->isThisDeclarationADefinition() != VarDecl::DeclarationOnly;
  return true;
}

bool is_mutable_global(const clang::NamedDecl* declaration) {
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
  if (variable == nullptr || !variable->hasGlobalStorage() || variable->isConstexpr()) return false;
  const clang::QualType type = variable->getType();
  return !variable->getASTContext().getBaseElementType(type).isConstQualified();
}

bool is_hidden(const clang::NamedDecl* declaration) {
  const auto access = declaration->getAccess();
  return access == clang::AS_private || access == clang::AS_protected;
}

// The enclosing record or function; an enumerator's enumeration.
const clang::NamedDecl* scope_of(const clang::NamedDecl* declaration) {
  const clang::DeclContext* context = declaration->getDeclContext();
  for (; context != nullptr && !context->isFileContext(); context = context->getParent()) {
    const auto* named = llvm::dyn_cast<clang::NamedDecl>(llvm::cast<clang::Decl>(context));
    if (named != nullptr) return named;
  }
  return nullptr;
}

// Without the exception specification that the compiler works out when something first needs it.
std::string function_type(const clang::FunctionDecl* function, const Names& names) {
  const clang::QualType type = function->getType();
  if (function->getExceptionSpecSourceRange().isValid() || type->getAs<clang::FunctionProtoType>() == nullptr)
    return names.type(type);
  return names.type(function->getASTContext().getFunctionTypeWithExceptionSpec(type, clang::EST_None));
}

std::string type_of(const clang::NamedDecl* declaration, const Names& names) {
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration)) return function_type(function, names);
  if (llvm::isa<clang::EnumConstantDecl>(declaration)) return {};  // its scope says it
  if (const auto* value = llvm::dyn_cast<clang::ValueDecl>(declaration)) return names.type(value->getType());
  if (const auto* alias = llvm::dyn_cast<clang::TypedefNameDecl>(declaration))
    return names.type(alias->getUnderlyingType());
  return {};
}

bool has_own_destructor(const clang::CXXRecordDecl* record, int depth = 0) {
  record = record->getDefinition();
  if (record == nullptr || depth > 8) return false;
  if (const auto* destructor = record->getDestructor()) {
    // As the class declares it: whether `= default` follows elsewhere is not for every unit to see.
    const auto* declared = llvm::cast<clang::CXXDestructorDecl>(destructor->getCanonicalDecl());
    if (declared->isUserProvided()) return true;
  }
  for (const auto& base : record->bases()) {
    const auto* parent = base.getType()->getAsCXXRecordDecl();
    if (parent != nullptr && has_own_destructor(parent, depth + 1)) return true;
  }
  return false;
}

bool named_like_guard(llvm::StringRef name) {
  for (llvm::StringRef word : {"transaction", "guard", "lock", "savepoint", "unitofwork", "unit_of_work"}) {
    if (name.contains_insensitive(word)) return true;
  }
  return false;
}

// Containers and strings have destructors too; only what holds something open counts.
bool holds_something(const clang::CXXRecordDecl* record) {
  const bool by_name = named_like_guard(simple_name(record));
  return in_std(record) ? by_name : by_name || has_own_destructor(record);
}

}  // namespace

FileFacts& Collector::file(const std::string& path) {
  FileFacts& entry = facts[path];
  if (entry.path.empty()) entry.path = path;
  return entry;
}

const std::string& Collector::scope() const {
  static const std::string none;
  return scopes.empty() ? none : scopes.back();
}

void Collector::symbol(const clang::NamedDecl* declaration) {
  if (declaration->isImplicit()) return;
  const auto at = files.locate(declaration->getLocation());
  if (!at) return;
  Symbol symbol;
  symbol.usr = names.usr(declaration);
  if (symbol.usr.empty()) return;
  symbol.name = names.qualified(declaration);
  if (const auto* scope = scope_of(declaration)) symbol.scope_usr = names.usr(scope);
  symbol.type = type_of(declaration, names);
  symbol.at = *at;
  symbol.end_line = files.line(declaration->getEndLoc());
  symbol.kind = kind_of(declaration);
  symbol.definition = is_definition(declaration);
  symbol.mutable_global = is_mutable_global(declaration);
  symbol.hidden = is_hidden(declaration);
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
  if (variable != nullptr && is_string_type(variable->getType())) {
    const Alternatives values = strings.constant(variable);
    if (values.size() == 1 && values[0].size() == 1 && values[0][0].known)
      symbol.initializer = values[0][0].text;
  }
  file(at->file).symbols.push_back(std::move(symbol));
}

// A lambda is a function of its own; whoever contains it hands it on.
void Collector::lambda(const clang::LambdaExpr* lambda) {
  const auto at = files.locate(lambda->getBeginLoc());
  if (!at) return;
  const auto* function = lambda->getCallOperator();
  Symbol symbol;
  symbol.usr = names.usr(function);
  symbol.name = names.qualified(function);
  symbol.scope_usr = scope();
  symbol.type = names.type(function->getType());
  symbol.at = *at;
  symbol.end_line = files.line(lambda->getEndLoc());
  symbol.definition = true;
  file(at->file).references.push_back({scope(), symbol.usr, symbol.name, *at, ReferenceKind::address_taken});
  file(at->file).symbols.push_back(std::move(symbol));
}

void Collector::guard(const clang::VarDecl* variable) {
  const auto* record = variable->getType()->getAsCXXRecordDecl();
  if (record == nullptr || !variable->hasLocalStorage() || llvm::isa<clang::ParmVarDecl>(variable)) return;
  const auto at = files.locate(variable->getLocation());
  if (!at || record->isLambda() || !holds_something(record)) return;
  Guard guard;
  guard.at = *at;
  guard.end_line = block_ends.empty() ? at->line : block_ends.back();
  guard.in_usr = scope();
  guard.type = names.qualified(record);
  guard.type_usr = names.usr(record);
  if (const auto* construction =
          llvm::dyn_cast_or_null<clang::CXXConstructExpr>(strip(variable->getInit()))) {
    for (const clang::Expr* argument : construction->arguments()) {
      if (llvm::isa<clang::CXXDefaultArgExpr>(argument)) break;
      guard.arguments += (guard.arguments.empty() ? "" : ", ") + files.text(argument->getSourceRange());
    }
  }
  file(at->file).guards.push_back(std::move(guard));
}

bool Collector::of_project(const clang::NamedDecl* declaration) {
  const auto stands_here = [&](const clang::Decl* one) {
    return files.in_project(one->getLocation()) && !is_builtin(one);
  };
  if (declaration->getMostRecentDecl()->getPreviousDecl() == nullptr) return stands_here(declaration);
  bool anywhere = false;
  bool seen = false;
  for (const clang::Decl* one : declaration->redecls()) {
    const bool here = stands_here(one);
    anywhere = anywhere || here;
    if (!sight.sees(one)) continue;
    if (here) return true;
    seen = true;
  }
  return anywhere && !seen;
}

void Collector::reference(const clang::NamedDecl* target, clang::SourceLocation where, ReferenceKind kind) {
  const auto at = files.locate(where);
  if (!at || target == nullptr) return;
  if (!of_project(target) && !is_interesting_library_function(target)) return;
  const std::string& usr = names.usr(target);
  if (usr.empty() || usr == scope()) {
    const bool recursion = kind == ReferenceKind::call || kind == ReferenceKind::virtual_call;
    if (!recursion || usr.empty()) return;
  }
  file(at->file).references.push_back({scope(), usr, names.qualified(target), *at, kind});
}

void Collector::overrides(const clang::CXXMethodDecl* method) {
  const auto at = files.locate(method->getLocation());
  if (!at || llvm::isa<clang::CXXDestructorDecl>(method)) return;
  for (const clang::CXXMethodDecl* base : method->overridden_methods()) {
    file(at->file).references.push_back(
        {names.usr(method), names.usr(base), names.qualified(base), *at, ReferenceKind::overrides});
  }
}

}  // namespace banyan::facts
