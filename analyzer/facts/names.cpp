#include "analyzer/facts/names.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/QualTypeNames.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Index/USRGeneration.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>

namespace banyan::facts {
namespace {

const clang::CXXMethodDecl* as_lambda(const clang::NamedDecl* declaration) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declaration);
  return method != nullptr && method->getParent()->isLambda() ? method : nullptr;
}

const clang::NamedDecl* pattern_of_field(const clang::FieldDecl* field) {
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(field->getParent());
  const auto* pattern = record != nullptr ? record->getTemplateInstantiationPattern() : nullptr;
  if (pattern == nullptr || pattern->getDefinition() == nullptr) return field;
  for (const auto* candidate : pattern->getDefinition()->fields()) {
    if (candidate->getFieldIndex() == field->getFieldIndex()) return candidate;
  }
  return field;
}

const clang::NamedDecl* pattern_of_enumerator(const clang::EnumConstantDecl* enumerator) {
  const auto* enumeration = llvm::cast<clang::EnumDecl>(enumerator->getDeclContext());
  const auto* pattern = enumeration->getTemplateInstantiationPattern();
  if (pattern == nullptr || pattern == enumeration) return enumerator;
  for (const auto* candidate : pattern->enumerators()) {
    if (candidate->getDeclName() == enumerator->getDeclName()) return candidate;
  }
  return enumerator;
}

template <class Declaration>
const clang::NamedDecl* pattern_or_self(const Declaration* declaration) {
  const auto* pattern = declaration->getTemplateInstantiationPattern();
  return pattern != nullptr ? pattern : declaration;
}

// Whether a type names a member of a class template as such: `value_type` inside of the template.
class NamesMemberOfTemplate : public clang::RecursiveASTVisitor<NamesMemberOfTemplate> {
 public:
  bool VisitTypedefType(clang::TypedefType* type) { return !in_template(type->getDecl()); }
  bool VisitTagType(clang::TagType* type) { return !in_template(type->getDecl()); }
  bool VisitInjectedClassNameType(clang::InjectedClassNameType* type) { return !in_template(type->getDecl()); }
  bool VisitTemplateSpecializationType(clang::TemplateSpecializationType* type) {
    const clang::TemplateDecl* named = type->getTemplateName().getAsTemplateDecl();
    return named == nullptr || !in_template(named);
  }

 private:
  static bool in_template(const clang::Decl* declaration) {
    for (const auto* context = declaration->getDeclContext(); context != nullptr; context = context->getParent()) {
      const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(context);
      if (record == nullptr) continue;
      if (record->getDescribedClassTemplate() != nullptr) return true;
      if (llvm::isa<clang::ClassTemplatePartialSpecializationDecl>(record)) return true;
    }
    return false;
  }
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether an operator that follows this text takes no left operand.
bool awaits_operand(llvm::StringRef text) {
  if (text.empty()) return false;
  if (text.back() != ' ') return llvm::StringRef("(,<[{").contains(text.back());
  const llvm::StringRef left = text.drop_back();
  if (left.ends_with(" >")) return true;
  return !left.empty() && !is_word(left.back()) && !llvm::StringRef(")]>").contains(left.back());
}

// Clang prints a prefix operator in a template apart from its operand, or not, by what happens to be declared:
// `decltype(* p)` becomes `decltype(*p)`.
std::string without_gaps(const std::string& text) {
  static constexpr llvm::StringLiteral kPrefix("*&!~-+");
  std::string out;
  for (const char c : text) {
    const llvm::StringRef before(out);
    const bool gap = c == ' ' && !out.empty() && kPrefix.contains(out.back());
    if (!gap || !awaits_operand(before.rtrim(kPrefix))) out += c;
  }
  return out;
}

// Without template arguments, inline namespaces and unscoped enumerations.
std::string scope_name(const clang::DeclContext* context) {
  const auto* named = llvm::dyn_cast<clang::NamedDecl>(llvm::cast<clang::Decl>(context));
  if (named == nullptr) return {};
  if (const auto* scope = llvm::dyn_cast<clang::NamespaceDecl>(named)) {
    if (scope->isAnonymousNamespace()) return "(anonymous namespace)";
    return scope->isInline() ? std::string() : scope->getNameAsString();
  }
  if (const auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(named);
      enumeration && !enumeration->isScoped())
    return {};
  if (as_lambda(named)) return "(lambda)";
  if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(named); record && record->isLambda())
    return {};
  if (const auto* tag = llvm::dyn_cast<clang::TagDecl>(named); tag && !tag->getIdentifier()) {
    const auto* alias = tag->getTypedefNameForAnonDecl();
    return alias != nullptr ? alias->getNameAsString() : "(anonymous)";
  }
  return named->getNameAsString();
}

}  // namespace

const clang::NamedDecl* pattern_of(const clang::NamedDecl* declaration) {
  using namespace clang;
  if (const auto* shadow = llvm::dyn_cast<UsingShadowDecl>(declaration))
    declaration = shadow->getTargetDecl();
  if (const auto* tmpl = llvm::dyn_cast<TemplateDecl>(declaration); tmpl && tmpl->getTemplatedDecl())
    declaration = tmpl->getTemplatedDecl();
  if (const auto* function = llvm::dyn_cast<FunctionDecl>(declaration)) {
    if (as_lambda(function)) return function;
    return pattern_or_self(function);
  }
  if (const auto* record = llvm::dyn_cast<CXXRecordDecl>(declaration)) return pattern_or_self(record);
  if (const auto* variable = llvm::dyn_cast<VarDecl>(declaration)) return pattern_or_self(variable);
  if (const auto* enumeration = llvm::dyn_cast<EnumDecl>(declaration)) return pattern_or_self(enumeration);
  if (const auto* field = llvm::dyn_cast<FieldDecl>(declaration)) return pattern_of_field(field);
  if (const auto* enumerator = llvm::dyn_cast<EnumConstantDecl>(declaration))
    return pattern_of_enumerator(enumerator);
  return declaration;
}

bool is_builtin(const clang::Decl* declaration) {
  const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration);
  return function != nullptr && function->isImplicit() && function->getBuiltinID() != 0;
}

bool in_std(const clang::Decl* declaration) {
  const clang::DeclContext* context = declaration->getDeclContext();
  while (context != nullptr && !context->isNamespace() && !context->isTranslationUnit())
    context = context->getParent();
  for (; context != nullptr; context = context->getParent()) {
    if (context->isStdNamespace()) return true;
  }
  return false;
}

Names::Names(SourceFiles& files, const clang::ASTContext& context)
    : files_(files), context_(context), policy_(context.getLangOpts()) {
  policy_.SuppressUnwrittenScope = false;
  policy_.SuppressInlineNamespace = true;
  policy_.FullyQualifiedName = true;
  policy_.AnonymousTagLocations = false;
  policy_.TerseOutput = true;
  policy_.SuppressTagKeyword = true;
}

// Clang writes only the file's last name into such a USR: two util.cpp in two folders would be one.
std::string Names::with_folder(std::string usr, clang::SourceLocation at) {
  llvm::StringRef rest(usr);
  if (!rest.consume_front("c:") || rest.starts_with("@")) return usr;
  const std::string* path = files_.project_path(at);
  if (path == nullptr) return usr;
  const llvm::StringRef folder = llvm::sys::path::parent_path(*path);
  return folder.empty() ? usr : ("c:" + folder + "/" + rest).str();
}

std::string Names::make_usr(const clang::NamedDecl* declaration) {
  if (const auto* lambda = as_lambda(declaration)) {
    const auto at = files_.locate(lambda->getParent()->getBeginLoc());
    if (at) return "c:" + at->file + "@lambda@" + std::to_string(at->line) + ":" + std::to_string(at->column);
  }
  llvm::SmallString<256> buffer;
  if (clang::index::generateUSRForDecl(declaration, buffer)) return {};
  return with_folder(without_gaps(std::string(buffer)), declaration->getLocation());
}

const std::string& Names::usr(const clang::NamedDecl* declaration) {
  declaration = llvm::cast<clang::NamedDecl>(pattern_of(declaration)->getCanonicalDecl());
  auto found = usrs_.find(declaration);
  if (found == usrs_.end()) {
    std::string made = make_usr(declaration);
    found = usrs_.try_emplace(declaration, std::move(made)).first;
  }
  return found->second;
}

std::string Names::make_qualified(const clang::NamedDecl* declaration) {
  if (const auto* lambda = as_lambda(declaration)) {
    const clang::DeclContext* context = lambda->getParent()->getDeclContext();
    while (context != nullptr && !llvm::isa<clang::NamedDecl>(context)) context = context->getParent();
    const auto* outer =
        llvm::dyn_cast_or_null<clang::NamedDecl>(llvm::dyn_cast_or_null<clang::Decl>(context));
    return outer == nullptr ? "(lambda)" : make_qualified(pattern_of(outer)) + "::(lambda)";
  }
  if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(declaration)) {
    const bool constructor = llvm::isa<clang::CXXConstructorDecl>(method);
    if (constructor || llvm::isa<clang::CXXDestructorDecl>(method)) {
      const std::string record = make_qualified(pattern_of(method->getParent()));
      return record + (constructor ? "::" : "::~") + record.substr(record.rfind(':') + 1);
    }
  }
  std::string out = declaration->getNameAsString();
  for (const auto* context = declaration->getDeclContext(); context != nullptr;
       context = context->getParent()) {
    if (const std::string scope = scope_name(context); !scope.empty()) out = scope + "::" + out;
  }
  return out;
}

const std::string& Names::qualified(const clang::NamedDecl* declaration) {
  declaration = llvm::cast<clang::NamedDecl>(pattern_of(declaration)->getCanonicalDecl());
  auto found = qualified_.find(declaration);
  if (found == qualified_.end()) {
    std::string made = make_qualified(declaration);
    found = qualified_.try_emplace(declaration, std::move(made)).first;
  }
  return found->second;
}

std::string Names::type(clang::QualType type) const {
  if (type.isNull()) return {};
  // Clang would write it as a member of any instance that the unit happens to have.
  if (!NamesMemberOfTemplate().TraverseType(type)) return without_gaps(type.getAsString(policy_));
  return without_gaps(clang::TypeName::getFullyQualifiedName(type, context_, policy_));
}

std::string Names::object_type(clang::QualType type) const {
  type = type.getNonReferenceType();
  if (type->isPointerType()) type = type->getPointeeType();
  return type.getCanonicalType().getUnqualifiedType().getAsString(policy_);
}

std::string Names::macro_usr(llvm::StringRef name, clang::SourceLocation definition) {
  llvm::SmallString<128> buffer;
  if (clang::index::generateUSRForMacro(name, definition, files_.sources(), buffer)) return {};
  return with_folder(std::string(buffer), definition);
}

}  // namespace banyan::facts
