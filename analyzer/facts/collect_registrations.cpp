// Calls and table rows that tie strings to callables.
#include "analyzer/facts/collector.hpp"

#include <clang/Lex/Lexer.h>

namespace banyan::facts {
namespace {

std::string written_out(const Pieces& pieces) {
  std::string out;
  for (const StringPiece& piece : pieces) out += piece.known ? piece.text : "{" + piece.text + "}";
  return out;
}

bool may_hold_callable(const clang::Expr* expression) {
  const clang::Expr* inner = strip(expression);
  return inner != nullptr && !inner->getType()->isArithmeticType() && !is_string_type(inner->getType());
}

struct Builder {
  Collector& collector;
  Registration result{};
  std::vector<Callable> callables{};
  bool has_string = false;

  void argument(const clang::Expr* expression) {
    const clang::Expr* inner = strip(expression);
    if (inner == nullptr || llvm::isa<clang::CXXDefaultArgExpr>(inner)) return;
    find_callables(expression, collector, callables);
    const bool text = is_string_type(inner->getType()) || llvm::isa<clang::UserDefinedLiteral>(inner);
    const Alternatives values = text ? collector.strings.peek(expression) : Alternatives{};
    const bool known = !values.empty() && has_known_text(values.front());
    result.arguments.push_back(known ? written_out(values.front())
                                     : collector.files.text(expression->getSourceRange()));
    result.argument_is_string.push_back(known);
    has_string = has_string || text;
    // describe(description.get("/x")): the text is one call further in.
    if (const auto* nested = llvm::dyn_cast<clang::CallExpr>(inner); nested != nullptr && !text) {
      for (const clang::Expr* part : nested->arguments())
        has_string = has_string || is_string_type(strip(part)->getType());
    }
  }

  // Its type. Where it is a variable made here with a text, that follows: http_listener("http://host/api").
  void object(const clang::Expr* expression) {
    result.object_type = collector.names.object_type(expression->getType());
    const auto* variable = llvm::dyn_cast_or_null<clang::VarDecl>(named_variable(expression));
    const clang::Expr* initializer = variable != nullptr ? variable->getInit() : nullptr;
    if (initializer == nullptr) return;
    const auto* made = llvm::dyn_cast_or_null<clang::CXXConstructExpr>(initializer->IgnoreImplicit());
    if (made == nullptr || made->getNumArgs() == 0) return;
    const Alternatives values = collector.strings.peek(made->getArg(0));
    if (!values.empty() && has_known_text(values.front()))
      result.object_type += "(\"" + written_out(values.front()) + "\")";
  }

  // Another registration in the same chain: server.Get("/a", f).Get("/b", g).
  bool registers(const clang::CallExpr* call) {
    std::vector<Callable> found;
    bool text = false;
    for (const clang::Expr* argument : call->arguments()) {
      text = text || is_string_type(strip(argument)->getType());
      if (may_hold_callable(argument)) find_callables(argument, collector, found);
    }
    return text && !found.empty() && llvm::isa<clang::CXXMemberCallExpr>(call);
  }

  // router.route("/x").get(handler): the inner call's arguments come first.
  void chain(const clang::Expr* expression, int depth = 0) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(strip(expression));
    const bool free_call =
        call != nullptr && !llvm::isa<clang::CXXMemberCallExpr, clang::CXXOperatorCallExpr>(call);
    if (call == nullptr || free_call || depth > 16 || (depth > 0 && registers(call))) {
      object(expression);
      if (call != nullptr && !free_call) return;
      if (call != nullptr) arguments(call, 0);
      return;
    }
    if (const auto* method = llvm::dyn_cast<clang::CXXMemberCallExpr>(call)) {
      if (method->getImplicitObjectArgument() != nullptr)
        chain(method->getImplicitObjectArgument(), depth + 1);
      arguments(call, 0);
    } else {
      chain(call->getArg(0), depth + 1);
      arguments(call, 1);
    }
  }

  void arguments(const clang::CallExpr* call, unsigned first) {
    for (unsigned i = first; i < call->getNumArgs(); ++i) argument(call->getArg(i));
  }

  void row(const clang::InitListExpr* list, int depth = 0) {
    for (const clang::Expr* element : list->inits()) {
      const auto* nested = llvm::dyn_cast<clang::InitListExpr>(strip(element));
      if (nested != nullptr && depth < 4) {
        row(nested, depth + 1);
      } else if (!llvm::isa<clang::ImplicitValueInitExpr>(element)) {
        argument(element);
      }
    }
  }

  void finish(const clang::Expr* expression) {
    clang::SourceLocation begin = expression->getBeginLoc();
    const auto& sources = collector.files.sources();
    const bool macro = begin.isMacroID();
    if (macro) begin = sources.getExpansionLoc(begin);
    const auto at = collector.files.locate(begin);
    if (!at || callables.empty() || !has_string) return;
    if (macro) result.macro = collector.files.text({begin, begin});
    result.at = *at;
    result.in_usr = collector.scope();
    for (Callable& callable : callables) {
      result.callables.push_back(std::move(callable.usr));
      result.callable_names.push_back(std::move(callable.name));
    }
    collector.file(at->file).registrations.push_back(std::move(result));
  }
};

bool holds_callable_directly(const clang::InitListExpr* list, Collector& collector) {
  for (const clang::Expr* element : list->inits()) {
    if (llvm::isa<clang::InitListExpr>(strip(element)) || !may_hold_callable(element)) continue;
    std::vector<Callable> callables;
    find_callables(element, collector, callables);
    if (!callables.empty()) return true;
  }
  return false;
}

}  // namespace

void Collector::registration(const clang::CallExpr* call) {
  bool possible = false;
  for (const clang::Expr* argument : call->arguments()) possible = possible || may_hold_callable(argument);
  const auto* operator_call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(call);
  if (operator_call != nullptr) {
    const auto kind = operator_call->getOperator();
    possible = possible && (kind == clang::OO_Call || kind == clang::OO_Equal);
  }
  if (!possible || llvm::isa<clang::UserDefinedLiteral>(call)) return;
  std::vector<Callable> own;  // a link of the chain without a callable of its own is no registration
  for (unsigned i = operator_call != nullptr ? 1 : 0; i < call->getNumArgs(); ++i)
    find_callables(call->getArg(i), *this, own);
  if (own.empty()) return;
  Builder builder{*this};
  if (const auto* callee = call->getDirectCallee()) {
    builder.result.callee_usr = names.usr(callee);
    builder.result.callee_name = names.qualified(callee);
  } else {
    builder.result.callee_name = files.text(call->getCallee()->getSourceRange());
  }
  if (operator_call != nullptr || llvm::isa<clang::CXXMemberCallExpr>(call)) {
    builder.chain(call);
  } else {
    builder.arguments(call, 0);
  }
  builder.finish(call);
}

void Collector::registration(const clang::CXXConstructExpr* construction) {
  if (construction->getNumArgs() < 2 || is_string_type(construction->getType())) return;
  Builder builder{*this};
  for (const clang::Expr* argument : construction->arguments()) builder.argument(argument);
  builder.result.object_type = names.object_type(construction->getType());
  if (!construction->isListInitialization()) {
    builder.result.callee_usr = names.usr(construction->getConstructor());
    builder.result.callee_name = names.qualified(construction->getConstructor());
  }
  builder.finish(construction);
}

// handlers["/x"] = &show, where the handler is a plain function pointer.
void Collector::registration(const clang::BinaryOperator* assignment) {
  if (!assignment->isAssignmentOp() || !may_hold_callable(assignment->getRHS())) return;
  const auto* subscript = llvm::dyn_cast<clang::CXXOperatorCallExpr>(strip(assignment->getLHS()));
  if (subscript == nullptr || subscript->getOperator() != clang::OO_Subscript) return;
  Builder builder{*this};
  builder.chain(subscript);
  builder.argument(assignment->getRHS());
  builder.result.callee_name = "operator=";
  builder.finish(assignment);
}

void Collector::registration_row(const clang::InitListExpr* row) {
  if (row->getNumInits() < 2 || !holds_callable_directly(row, *this)) return;
  Builder builder{*this};
  builder.row(row);
  builder.result.object_type = names.object_type(row->getType());
  builder.finish(row);
}

}  // namespace banyan::facts
