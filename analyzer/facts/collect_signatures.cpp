// How functions are declared: parameters, defaults and qualifiers.
#include "analyzer/facts/collector.hpp"

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/Expr.h>
#include <clang/AST/ExprCXX.h>
#include <llvm/Support/raw_ostream.h>

namespace banyan::facts {
namespace {

// Names in expressions with their whole scope, so that the text means the same elsewhere.
class QualifyNames : public clang::PrinterHelper {
 public:
  explicit QualifyNames(Names& names) : names_(names) {}

  bool handledStmt(clang::Stmt* statement, llvm::raw_ostream& out) override {
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(statement)) {
      if (reference->hasExplicitTemplateArgs()) return false;
      out << names_.qualified(reference->getDecl());
      return true;
    }
    if (auto* object = llvm::dyn_cast<clang::CXXTemporaryObjectExpr>(statement)) {
      construct(object->getType(), {object->getArgs(), object->getNumArgs()}, object->isListInitialization(), out);
      return true;
    }
    if (auto* value = llvm::dyn_cast<clang::CXXScalarValueInitExpr>(statement)) {
      out << names_.type(value->getType()) << "()";
      return true;
    }
    if (auto* cast = llvm::dyn_cast<clang::CXXFunctionalCastExpr>(statement)) {
      clang::Expr* inner = cast->getSubExpr();
      const auto* list = llvm::dyn_cast<clang::InitListExpr>(inner);
      out << names_.type(cast->getType()) << (list != nullptr ? "" : "(");
      inner->printPretty(out, this, names_.policy());
      out << (list != nullptr ? "" : ")");
      return true;
    }
    return false;
  }

 private:
  void construct(clang::QualType type, llvm::ArrayRef<clang::Expr*> arguments, bool list, llvm::raw_ostream& out) {
    out << names_.type(type) << (list ? '{' : '(');
    bool first = true;
    for (clang::Expr* argument : arguments) {
      if (llvm::isa<clang::CXXDefaultArgExpr>(argument)) break;
      out << (first ? "" : ", ");
      argument->printPretty(out, this, names_.policy());
      first = false;
    }
    out << (list ? '}' : ')');
  }

  Names& names_;
};

// The fully qualified form leaves names inside function types as they are written; the canonical one does not. In
// templates that one takes names of parameters from whichever equal type came first.
std::string spelled_type(clang::QualType type, const Names& names) {
  std::string text = names.type(type);
  return text.find('(') == std::string::npos || type->isInstantiationDependentType() ? text : type.getCanonicalType().getAsString(names.policy());
}

std::string default_of(const clang::ParmVarDecl* parameter, Collector& collector) {
  if (!parameter->hasDefaultArg() || parameter->hasInheritedDefaultArg()) return {};
  if (parameter->hasUnparsedDefaultArg() || parameter->hasUninstantiatedDefaultArg()) return {};
  const std::string spelled = collector.files.text(parameter->getDefaultArgRange());
  if (spelled == "{}") return spelled;
  std::string out;
  llvm::raw_string_ostream stream(out);
  QualifyNames helper(collector.names);
  parameter->getDefaultArg()->printPretty(stream, &helper, collector.names.policy());
  return out;
}

bool in_template(const clang::FunctionDecl* function) {
  return function->isTemplated() || function->getDescribedFunctionTemplate() != nullptr;
}

// As declared: what the compiler works out for a destructor or `= default` is not for every unit to see.
bool says_noexcept(const clang::FunctionDecl* function) {
  const auto* type = function->getType()->getAs<clang::FunctionProtoType>();
  if (type == nullptr || function->getExceptionSpecSourceRange().isInvalid()) return false;
  const auto kind = type->getExceptionSpecType();
  return kind == clang::EST_BasicNoexcept || kind == clang::EST_NoexceptTrue || kind == clang::EST_DynamicNone ||
         kind == clang::EST_NoThrow;
}

void add_qualifiers(const clang::FunctionDecl* function, Signature& out) {
  out.is_noexcept = says_noexcept(function);
  out.is_template = in_template(function);
  out.is_variadic = function->isVariadic();
  out.is_deleted = function->isDeletedAsWritten();
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
  if (method == nullptr) return;
  out.is_static = method->isStatic();
  out.is_const = method->isConst();
  out.is_volatile = method->isVolatile();
  if (method->getRefQualifier() == clang::RQ_LValue) out.ref = RefQualifier::lvalue;
  if (method->getRefQualifier() == clang::RQ_RValue) out.ref = RefQualifier::rvalue;
}

}  // namespace

void Collector::signature(const clang::FunctionDecl* function) {
  using namespace clang;
  const bool nobody_names = function->isImplicit() || function->isOutOfLine() || !function->isExternallyVisible() ||
                            llvm::isa<CXXDestructorDecl, CXXDeductionGuideDecl>(function) ||
                            function->isTemplateInstantiation();
  if (nobody_names || function->getDeclContext()->isFunctionOrMethod()) return;
  const auto at = files.locate(function->getLocation());
  if (!at) return;
  Signature out;
  out.usr = names.usr(function);
  if (out.usr.empty()) return;
  out.at = *at;
  if (!llvm::isa<CXXConstructorDecl>(function)) out.result = spelled_type(function->getReturnType(), names);
  for (const ParmVarDecl* parameter : function->parameters())
    out.parameters.push_back(
        {parameter->getNameAsString(), spelled_type(parameter->getType(), names), default_of(parameter, *this)});
  add_qualifiers(function, out);
  file(at->file).signatures.push_back(std::move(out));
}

}  // namespace banyan::facts
