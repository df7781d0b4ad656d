#include "analyzer/facts/string_eval.hpp"

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/ConvertUTF.h>

#include <algorithm>

namespace banyan::facts {
namespace {

constexpr int kMaxDepth = 200;
constexpr int kMaxFollow = 12;

Alternatives known(std::string text) {
  if (text.empty()) return {{}};
  return {{StringPiece{true, std::move(text)}}};
}

std::string literal_text(const clang::StringLiteral* literal) {
  if (literal->getCharByteWidth() == 1) return literal->getString().str();
  std::string out;
  for (unsigned i = 0; i < literal->getLength(); ++i) {
    char buffer[UNI_MAX_UTF8_BYTES_PER_CODE_POINT];
    char* end = buffer;
    if (llvm::ConvertCodePointToUTF8(literal->getCodeUnit(i), end)) out.append(buffer, end);
  }
  return out;
}

bool is_constant(const clang::VarDecl* variable) {
  const clang::QualType type = variable->getType();
  if (variable->isConstexpr() || type.isConstQualified()) return true;
  if (type->isArrayType())
    return type->getPointeeOrArrayElementType()->isAnyCharacterType() &&
           variable->getASTContext().getBaseElementType(type).isConstQualified();
  return variable->hasGlobalStorage() && type->isPointerType() && type->getPointeeType().isConstQualified();
}

const clang::Expr* single_return(const clang::FunctionDecl* function) {
  const auto* body = llvm::dyn_cast_or_null<clang::CompoundStmt>(function->getBody());
  if (body == nullptr || body->size() != 1) return nullptr;
  const auto* statement = llvm::dyn_cast<clang::ReturnStmt>(body->body_front());
  return statement != nullptr ? statement->getRetValue() : nullptr;
}

}  // namespace

// What a library function is given stays to be looked at, because nothing of it went into the value: getenv("HOME").
Alternatives StringEvaluator::hole(const clang::Expr* expression) {
  const auto* opaque = llvm::dyn_cast<clang::CallExpr>(strip(expression));
  const auto* callee = opaque != nullptr ? opaque->getDirectCallee() : nullptr;
  if (callee != nullptr && follow_ == 0 && !files_.in_project(callee->getLocation())) consumed_.erase(opaque);
  StringPiece piece{false, files_.text(expression->getSourceRange())};
  const clang::Expr* inner = strip(expression);
  const clang::NamedDecl* named = nullptr;
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(inner)) named = reference->getDecl();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner)) named = member->getMemberDecl();
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(inner)) named = call->getDirectCallee();
  const auto* variable = llvm::dyn_cast_or_null<clang::VarDecl>(named);
  const bool local = variable != nullptr && !variable->hasGlobalStorage();
  if (named != nullptr && !local && files_.in_project(named->getLocation())) piece.usr = names_.usr(named);
  return {{std::move(piece)}};
}

Alternatives StringEvaluator::value(const clang::Expr* expression) {
  if (expression == nullptr) return {{}};
  consumed_.insert(expression);
  return eval(expression);
}

Alternatives StringEvaluator::follow(const clang::Expr* initializer) {
  ++follow_;
  Alternatives out = eval(initializer);
  --follow_;
  return out;
}

Alternatives StringEvaluator::constant(const clang::VarDecl* variable) {
  const clang::VarDecl* holder = nullptr;
  const clang::Expr* initializer = variable->getAnyInitializer(holder);
  return initializer == nullptr || !sight_.sees(holder) ? Alternatives{} : follow(initializer);
}

Alternatives StringEvaluator::of_variable(const clang::Expr* expression, const clang::ValueDecl* named) {
  if (const auto found = flow.find(named); found != flow.end()) return found->second;
  if (follow_ >= kMaxFollow) return hole(expression);
  if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(named)) {
    if (!is_constant(variable) || !is_string_type(variable->getType())) return hole(expression);
    Alternatives out = constant(variable);
    return out.empty() ? hole(expression) : out;
  }
  if (const auto* field = llvm::dyn_cast<clang::FieldDecl>(named)) {
    const clang::Expr* initializer =
        field->getType().isConstQualified() ? field->getInClassInitializer() : nullptr;
    if (initializer != nullptr) return follow(initializer);
  }
  return hole(expression);
}

Alternatives StringEvaluator::of_construction(const clang::CXXConstructExpr* construction) {
  unsigned given = 0;
  while (given < construction->getNumArgs() &&
         !llvm::isa<clang::CXXDefaultArgExpr>(construction->getArg(given)))
    ++given;
  const bool stream = is_string_stream(construction->getType());
  if (!stream && !is_string_type(construction->getType())) return hole(construction);
  if (given == 0) return known("");
  const clang::Expr* first = construction->getArg(0);
  const clang::Expr* inner = strip(first);
  const bool text = is_string_type(inner->getType()) || llvm::isa<clang::StringLiteral>(inner);
  if (text && (given == 1 || llvm::isa<clang::StringLiteral>(inner))) return eval(first);
  return stream ? known("") : hole(construction);
}

Alternatives StringEvaluator::of_operator(const clang::CXXOperatorCallExpr* call) {
  const auto kind = call->getOperator();
  const bool joins = kind == clang::OO_Plus || kind == clang::OO_PlusEqual;
  if (joins && call->getNumArgs() == 2) return concatenate(eval(call->getArg(0)), eval(call->getArg(1)));
  if (kind == clang::OO_Equal) return eval(call->getArg(1));
  if (kind != clang::OO_LessLess) return hole(call);
  const clang::Expr* right = strip(call->getArg(1));
  const Alternatives left = eval(call->getArg(0));
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(right)) {
    if (llvm::isa<clang::FunctionDecl>(reference->getDecl()))  // a manipulator
      return simple_name(reference->getDecl()) == "endl" ? concatenate(left, known("\n")) : left;
  }
  return concatenate(left, eval(call->getArg(1)));
}

Alternatives StringEvaluator::of_method(const clang::CXXMemberCallExpr* call) {
  const llvm::StringRef name = simple_name(call->getMethodDecl());
  const clang::Expr* object = call->getImplicitObjectArgument();
  if (object == nullptr) return hole(call);
  const clang::QualType type =
      object->getType()->isPointerType() ? object->getType()->getPointeeType() : object->getType();
  const bool text = is_string_type(type) || is_string_stream(type);
  if (text && call->getNumArgs() == 0 && (named_variable(call) == named_variable(object)))
    return eval(object);
  if (text && call->getNumArgs() >= 1) {
    const bool appends = name == "append" || name == "concat" || name == "push_back" || name == "Append";
    if (appends) return concatenate(eval(object), eval(call->getArg(0)));
    if (name == "prepend") return concatenate(eval(call->getArg(0)), eval(object));
    if (name == "arg") return format(object, {call->getArgs(), call->getNumArgs()}, true);
  }
  return of_call(call);
}

Alternatives StringEvaluator::of_call(const clang::CallExpr* call) {
  const clang::FunctionDecl* function = call->getDirectCallee();
  const llvm::StringRef name = simple_name(function);
  const bool pass_through = llvm::StringSwitch<bool>(name)
                                .Cases("move", "forward", "as_const", "tr", "gettext", "_", true)
                                .Cases("fromUtf8", "fromLatin1", "fromStdString", "fromLocal8Bit", true)
                                .Default(false);
  if (pass_through && call->getNumArgs() >= 1) return eval(call->getArg(0));
  if (Alternatives built = formatted(call); !built.empty()) return built;
  if (name == "StrCat" || name == "concat" || name == "str_cat") {
    Alternatives out = known("");
    for (const clang::Expr* argument : call->arguments()) out = concatenate(out, eval(argument));
    return out;
  }
  return function != nullptr ? of_inline_function(call, function) : hole(call);
}

// A helper such as `std::string from(const std::string& t) { return "SELECT * FROM " + t; }`.
Alternatives StringEvaluator::of_inline_function(const clang::CallExpr* call,
                                                 const clang::FunctionDecl* function) {
  const auto* pattern = llvm::dyn_cast<clang::FunctionDecl>(pattern_of(function));
  const clang::FunctionDecl* definition = nullptr;
  if (pattern == nullptr || !pattern->isDefined(definition) || definition == nullptr) return hole(call);
  if (!sight_.sees(definition)) return hole(call);
  const clang::Expr* result = single_return(definition);
  const bool usable = result != nullptr && follow_ < kMaxFollow &&
                      files_.in_project(definition->getLocation()) &&
                      is_string_type(definition->getReturnType()) && !call->isTypeDependent();
  if (!usable || llvm::isa<clang::CXXOperatorCallExpr>(call)) return hole(call);
  StringFlow bound;
  for (unsigned i = 0; i < definition->getNumParams() && i < call->getNumArgs(); ++i)
    bound[definition->getParamDecl(i)] = eval(call->getArg(i));
  StringFlow outer = std::exchange(flow, std::move(bound));
  Alternatives out = follow(result);
  flow = std::move(outer);
  const bool any = std::any_of(out.begin(), out.end(), has_known_text);
  return any ? out : hole(call);
}

Alternatives StringEvaluator::eval(const clang::Expr* expression) {
  const clang::Expr* inner = strip(expression);
  if (follow_ == 0) consumed_.insert(inner);
  if (depth_ >= kMaxDepth || follow_ > kMaxFollow) return hole(expression);
  struct Depth {
    int& value;
    explicit Depth(int& depth) : value(++depth) {}
    ~Depth() { --value; }
  } guard(depth_);
  using namespace clang;
  if (const auto* literal = llvm::dyn_cast<clang::StringLiteral>(inner))
    return known(files_.without_root(literal_text(literal)));
  if (const auto* c = llvm::dyn_cast<CharacterLiteral>(inner))
    return known(std::string(1, static_cast<char>(c->getValue())));
  if (const auto* number = llvm::dyn_cast<IntegerLiteral>(inner))
    return known(std::to_string(number->getValue().getLimitedValue()));
  if (const auto* udl = llvm::dyn_cast<UserDefinedLiteral>(inner); udl && udl->getNumArgs() > 0)
    return eval(udl->getArg(0));
  if (const auto* construction = llvm::dyn_cast<CXXConstructExpr>(inner))
    return of_construction(construction);
  if (const auto* list = llvm::dyn_cast<InitListExpr>(inner);
      list && list->getNumInits() == 1 && is_string_type(list->getType()))
    return eval(list->getInit(0));
  if (const auto* choice = llvm::dyn_cast<ConditionalOperator>(inner)) {
    Alternatives out = eval(choice->getTrueExpr());
    add_alternatives(out, eval(choice->getFalseExpr()));
    return out;
  }
  if (const auto* binary = llvm::dyn_cast<BinaryOperator>(inner); binary && binary->isAssignmentOp())
    return eval(binary->getRHS());
  if (const auto* call = llvm::dyn_cast<CXXOperatorCallExpr>(inner)) return of_operator(call);
  if (const auto* call = llvm::dyn_cast<CXXMemberCallExpr>(inner)) return of_method(call);
  if (const auto* call = llvm::dyn_cast<CallExpr>(inner)) return of_call(call);
  const ValueDecl* variable = named_variable(inner);
  return variable != nullptr ? of_variable(expression, variable) : hole(expression);
}

}  // namespace banyan::facts
