// String values where they are built and where they are used.
#include "analyzer/facts/collector.hpp"

#include <clang/AST/DeclTemplate.h>
#include <llvm/ADT/StringSwitch.h>

namespace banyan::facts {
namespace {

bool only_reads(llvm::StringRef method) {
  return llvm::StringSwitch<bool>(method)
      .Cases("data", "begin", "end", "rbegin", "rend", "front", "back", "at", "reserve", "shrink_to_fit",
             true)
      .Cases("pop_back", "setf", "precision", "width", "fill", "flush", "imbue", "str", "chop", true)
      .Default(false);
}

const clang::ValueDecl* string_target(const clang::Expr* expression) {
  const clang::ValueDecl* variable = named_variable(expression);
  if (variable == nullptr) return nullptr;
  return is_string_type(variable->getType()) || is_string_stream(variable->getType()) ? variable : nullptr;
}

// The variable behind s.append("a").append("b").
const clang::Expr* append_root(const clang::Expr* object) {
  while (const auto* call = llvm::dyn_cast_or_null<clang::CXXMemberCallExpr>(strip(object))) {
    const llvm::StringRef name = simple_name(call->getMethodDecl());
    if ((name != "append" && name != "Append") || call->getNumArgs() == 0) break;
    object = call->getImplicitObjectArgument();
  }
  return object;
}

// The operands of a << b << c, and the object a.
const clang::Expr* stream_operands(const clang::CXXOperatorCallExpr* call,
                                   std::vector<const clang::Expr*>& operands) {
  const clang::Expr* left = call;
  while (const auto* link = llvm::dyn_cast<clang::CXXOperatorCallExpr>(strip(left))) {
    if (link->getOperator() != clang::OO_LessLess) break;
    operands.insert(operands.begin(), link->getArg(1));
    left = link->getArg(0);
  }
  return strip(left);
}

}  // namespace

void Collector::add_value(const clang::Expr* expression, StringValue value, const Alternatives& alternatives,
                          bool holes_too) {
  const auto at = files.locate(expression->getBeginLoc());
  if (!at) return;
  value.at = *at;
  value.in_usr = scope();
  for (const Pieces& pieces : alternatives) {
    if (pieces.empty() || (!holes_too && !has_known_text(pieces))) continue;
    value.pieces = pieces;
    file(at->file).strings.push_back(value);
  }
}

void Collector::string_arguments(const clang::Expr* call, const clang::NamedDecl* callee,
                                 llvm::StringRef callee_name, llvm::ArrayRef<const clang::Expr*> arguments) {
  if (!files.in_project(call->getBeginLoc())) return;
  const int format = strings.format_argument(call);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const clang::Expr* argument = arguments[i];
    const clang::Expr* inner = strip(argument);
    const bool text = is_string_type(inner->getType()) || is_string_type(argument->getType());
    if (!text || llvm::isa<clang::CXXDefaultArgExpr>(inner) || strings.consumed(inner)) continue;
    StringValue value;
    if (callee != nullptr) value.callee_usr = names.usr(callee);
    value.callee_name = callee != nullptr ? names.qualified(callee) : callee_name.str();
    value.argument = static_cast<std::int32_t>(i);
    if (const auto* variable = named_variable(argument)) value.object = variable->getNameAsString();
    Alternatives values = static_cast<int>(i) == format ? strings.formatted(call) : Alternatives{};
    if (values.empty()) values = strings.value(argument);
    add_value(argument, std::move(value), values, callee == nullptr || !in_std(callee));
  }
}

void Collector::string_call(const clang::CallExpr* call) {
  if (const auto* operator_call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(call)) {
    if (string_operator(operator_call)) return;
  }
  if (strings.consumed(call)) return;  // part of a larger string
  if (const auto* method_call = llvm::dyn_cast<clang::CXXMemberCallExpr>(call)) {
    if (string_method(method_call)) return;
  }
  if (string_c_call(call)) return;
  llvm::ArrayRef<const clang::Expr*> arguments(call->getArgs(), call->getNumArgs());
  const clang::NamedDecl* callee = call->getDirectCallee();
  const auto* operator_call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(call);
  if (operator_call != nullptr)
    arguments = arguments.drop_front(llvm::isa_and_nonnull<clang::CXXMethodDecl>(callee));
  std::string spelled;
  if (callee == nullptr) spelled = files.text(call->getCallee()->getSourceRange());
  if (callee == nullptr) callee = llvm::dyn_cast_or_null<clang::FunctionDecl>(call->getCalleeDecl());
  string_arguments(call, callee, spelled, arguments);
  forget_changed(call);
}

// snprintf(buffer, ...), strcpy, strcat and stringtf-like calls that fill their first argument.
bool Collector::string_c_call(const clang::CallExpr* call) {
  const llvm::StringRef name = simple_name(call->getDirectCallee());
  if (call->getNumArgs() < 2) return false;
  const clang::Expr* first = strip(call->getArg(0));
  if (const auto* address = llvm::dyn_cast<clang::UnaryOperator>(first)) first = address->getSubExpr();
  const clang::ValueDecl* target = string_target(first);
  if (target == nullptr) return false;
  if (name == "strcpy" || name == "strncpy" || name == "strlcpy") {
    strings.flow[target] = strings.value(call->getArg(1));
  } else if (name == "strcat" || name == "strncat" || name == "strlcat") {
    strings.flow[target] = concatenate(strings.value(call->getArg(0)), strings.value(call->getArg(1)));
  } else if (name.ends_with("printf")) {
    Alternatives built = strings.formatted(call);
    if (built.empty()) return false;
    StringValue value;
    value.callee_usr = names.usr(call->getDirectCallee());
    value.callee_name = names.qualified(call->getDirectCallee());
    value.object = target->getNameAsString();
    value.argument = strings.format_argument(call);
    add_value(call, std::move(value), built, false);
    strings.flow[target] = std::move(built);
  } else {
    return false;
  }
  return true;
}

// +=, =, << on strings and streams; << on anything else hands its whole chain to the operator.
bool Collector::string_operator(const clang::CXXOperatorCallExpr* call) {
  const auto kind = call->getOperator();
  if (kind == clang::OO_Equal || kind == clang::OO_PlusEqual) {
    const clang::ValueDecl* target = string_target(call->getArg(0));
    if (target == nullptr) return false;
    const Alternatives added = strings.value(call->getArg(1));
    StringValue value;
    value.object = target->getNameAsString();
    add_value(call->getArg(1), std::move(value), added, false);
    const bool appends = kind == clang::OO_PlusEqual;
    strings.flow[target] = appends ? concatenate(strings.value(call->getArg(0)), added) : added;
    return true;
  }
  if (kind != clang::OO_LessLess || strings.consumed(call)) return false;
  std::vector<const clang::Expr*> operands;
  const clang::Expr* object = stream_operands(call, operands);
  const clang::ValueDecl* target = string_target(object);
  const Alternatives whole = strings.value(call);
  if (target != nullptr && !is_string_stream(object->getType()) && !is_string_type(object->getType()))
    target = nullptr;
  Alternatives added{{}};
  for (const clang::Expr* operand : operands) {
    const auto* manipulator = llvm::dyn_cast<clang::DeclRefExpr>(strip(operand));
    if (manipulator != nullptr && llvm::isa<clang::FunctionDecl>(manipulator->getDecl())) continue;
    added = concatenate(added, strings.value(operand));
  }
  StringValue value;
  value.object = target != nullptr ? target->getNameAsString() : files.text(object->getSourceRange());
  if (target == nullptr && call->getDirectCallee() != nullptr) {
    value.callee_usr = names.usr(call->getDirectCallee());
    value.callee_name = names.qualified(call->getDirectCallee());
    value.argument = 0;
  }
  add_value(call, std::move(value), added, false);
  if (target != nullptr) strings.flow[target] = whole;
  return true;
}

bool Collector::string_method(const clang::CXXMemberCallExpr* call) {
  const clang::Expr* object = call->getImplicitObjectArgument();
  const clang::ValueDecl* target = object != nullptr ? string_target(append_root(object)) : nullptr;
  const clang::CXXMethodDecl* method = call->getMethodDecl();
  if (target == nullptr || method == nullptr) return false;
  const llvm::StringRef name = simple_name(method);
  const bool appends = name == "append" || name == "Append";
  const bool replaces = name == "assign" || (name == "str" && call->getNumArgs() == 1);
  if ((appends || replaces) && call->getNumArgs() >= 1) {
    const Alternatives added = strings.value(call->getArg(0));
    StringValue value;
    value.object = target->getNameAsString();
    add_value(call->getArg(0), std::move(value), added, false);
    strings.flow[target] = appends ? concatenate(strings.value(object), added) : added;
    return true;
  }
  if (name == "clear") {
    strings.flow[target] = {{}};
  } else if (name == "push_back" && call->getNumArgs() == 1) {
    strings.flow[target] = concatenate(strings.value(object), strings.value(call->getArg(0)));
  } else if (!method->isConst() && !only_reads(name)) {
    strings.flow.erase(target);
  }
  return false;
}

// A string handed over by reference may come back as anything.
void Collector::forget_changed(const clang::CallExpr* call) {
  const clang::FunctionDecl* callee = call->getDirectCallee();
  if (callee == nullptr || llvm::isa<clang::CXXOperatorCallExpr>(call)) return;
  for (unsigned i = 0; i < callee->getNumParams() && i < call->getNumArgs(); ++i) {
    const clang::QualType type = callee->getParamDecl(i)->getType();
    if (!type->isLValueReferenceType() || type->getPointeeType().isConstQualified()) continue;
    if (const auto* variable = string_target(call->getArg(i))) strings.flow.erase(variable);
  }
}

void Collector::string_variable(const clang::VarDecl* variable) {
  const clang::Expr* initializer = variable->getInit();
  const bool stream = is_string_stream(variable->getType());
  if (llvm::isa<clang::ParmVarDecl>(variable) || (!stream && !is_string_type(variable->getType()))) return;
  if (initializer == nullptr) return;
  const Alternatives values = strings.value(initializer);
  StringValue value;
  value.object = variable->getNameAsString();
  add_value(initializer, std::move(value), values, false);
  if (!variable->hasGlobalStorage()) strings.flow[variable] = values;
}

void Collector::string_member(const clang::FieldDecl* field, const clang::Expr* initializer) {
  if (!is_string_type(field->getType()) || initializer == nullptr) return;
  if (llvm::isa<clang::CXXDefaultInitExpr>(initializer)) return;
  StringValue value;
  value.object = field->getNameAsString();
  add_value(initializer, std::move(value), strings.value(initializer), false);
}

void Collector::string_returned(const clang::Expr* result) {
  if (result == nullptr || (!is_string_type(result->getType()) && !is_string_type(strip(result)->getType())))
    return;
  const Alternatives values = strings.value(result);
  add_value(result, {}, values, false);
}

void Collector::string_assigned(const clang::BinaryOperator* assignment) {
  if (assignment->getOpcode() != clang::BO_Assign) return;
  const clang::ValueDecl* target = string_target(assignment->getLHS());
  if (target == nullptr) return;
  const Alternatives values = strings.value(assignment->getRHS());
  StringValue value;
  value.object = target->getNameAsString();
  add_value(assignment->getRHS(), std::move(value), values, false);
  strings.flow[target] = values;
}

void Collector::string_literal(const clang::StringLiteral* literal) {
  if (strings.consumed(literal)) return;
  add_value(literal, {}, strings.value(literal), false);
}

}  // namespace banyan::facts
