// Which types and expressions are about strings.
#include "analyzer/facts/string_eval.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/StringSwitch.h>

namespace banyan::facts {
namespace {

bool is_view_method(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases("c_str", "data", "str", "string", "view", "get", "toString", true)
      .Cases("toStdString", "toUtf8", "toLatin1", "toLocal8Bit", "constData", "trimmed", true)
      .Cases("as_string", "to_string", "GetString", "GetBuffer", "utf8_str", "cstr", true)
      .Default(false);
}

}  // namespace

bool is_string_stream(clang::QualType type) {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (record == nullptr || !record->getIdentifier()) return false;
  const llvm::StringRef name = record->getName();
  return name == "basic_ostringstream" || name == "basic_stringstream" || name == "ostrstream" ||
         name == "QTextStream" || name.ends_with_insensitive("stringstream");
}

bool is_string_type(clang::QualType type) {
  if (type.isNull()) return false;
  type = type.getNonReferenceType();
  if (type->isDependentType()) return false;
  if (type->isPointerType() || type->isArrayType()) {
    const clang::QualType element = type->isPointerType()
                                        ? type->getPointeeType()
                                        : clang::QualType(type->getPointeeOrArrayElementType(), 0);
    return element->isAnyCharacterType();
  }
  const auto* record = type->getAsCXXRecordDecl();
  if (record == nullptr || !record->getIdentifier()) return false;
  const llvm::StringRef name = record->getName();
  if (name.contains_insensitive("stream") || name.contains_insensitive("list")) return false;
  return name.contains_insensitive("string") || name == "QByteArray" || name == "Twine" || name == "Cord";
}

const clang::Expr* strip(const clang::Expr* expression) {
  while (expression != nullptr) {
    const clang::Expr* inner = expression->IgnoreImplicit()->IgnoreParenImpCasts();
    if (const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(inner)) inner = cast->getSubExpr();
    if (const auto* fallback = llvm::dyn_cast<clang::SubstNonTypeTemplateParmExpr>(inner))
      inner = fallback->getReplacement();
    if (inner == expression) break;
    expression = inner;
  }
  return expression;
}

llvm::StringRef simple_name(const clang::NamedDecl* declaration) {
  return declaration != nullptr && declaration->getIdentifier() ? declaration->getName() : llvm::StringRef();
}

const clang::ValueDecl* named_variable(const clang::Expr* expression) {
  expression = strip(expression);
  if (expression == nullptr) return nullptr;
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(expression))
    return llvm::dyn_cast<clang::VarDecl>(reference->getDecl());
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(expression)) {
    if (llvm::isa<clang::VarDecl>(member->getMemberDecl())) return member->getMemberDecl();
    const bool own = llvm::isa<clang::CXXThisExpr>(strip(member->getBase()));
    return own && llvm::isa<clang::FieldDecl>(member->getMemberDecl()) ? member->getMemberDecl() : nullptr;
  }
  if (const auto* call = llvm::dyn_cast<clang::CXXMemberCallExpr>(expression)) {
    if (call->getNumArgs() == 0 && is_view_method(simple_name(call->getMethodDecl())))
      return named_variable(call->getImplicitObjectArgument());
  }
  if (const auto* construction = llvm::dyn_cast<clang::CXXConstructExpr>(expression)) {
    if (construction->getNumArgs() >= 1 && is_string_type(construction->getType()))
      return named_variable(construction->getArg(0));
  }
  return nullptr;
}

}  // namespace banyan::facts
