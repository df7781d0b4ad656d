// Format calls: which argument is the format, and what its value becomes.
#include "analyzer/facts/format_string.hpp"
#include "analyzer/facts/string_eval.hpp"

#include <clang/AST/Attr.h>
#include <clang/AST/DeclCXX.h>

#include <algorithm>

namespace banyan::facts {
namespace {

struct FormatCall {
  int format = -1;  // index of the format argument
  bool braces = false;
};

bool takes_format_string(const clang::ParmVarDecl* parameter) {
  const auto* record = parameter->getType().getNonReferenceType()->getAsCXXRecordDecl();
  return record != nullptr && simple_name(record).contains_insensitive("format_string");
}

bool named_like_format(llvm::StringRef name) {
  return name.ends_with_insensitive("format") || name.ends_with_insensitive("printf") ||
         name.equals_insensitive("stringtf") || name.ends_with_insensitive("formatstr");
}

int last_string_parameter(const clang::FunctionDecl* function) {
  for (int i = static_cast<int>(function->getNumParams()) - 1; i >= 0; --i) {
    if (is_string_type(function->getParamDecl(static_cast<unsigned>(i))->getType())) return i;
  }
  return -1;
}

FormatCall format_call(const clang::FunctionDecl* function) {
  for (const auto* attribute : function->specific_attrs<clang::FormatAttr>()) {
    if (simple_name(function).starts_with("v") || !attribute->getType()->isStr("printf")) continue;
    const bool method =
        llvm::isa<clang::CXXMethodDecl>(function) && !llvm::cast<clang::CXXMethodDecl>(function)->isStatic();
    return {attribute->getFormatIdx() - (method ? 2 : 1), false};
  }
  for (unsigned i = 0; i < function->getNumParams(); ++i) {
    if (takes_format_string(function->getParamDecl(i))) return {static_cast<int>(i), true};
  }
  if (function->isVariadic()) return {last_string_parameter(function), false};
  if (!named_like_format(simple_name(function))) return {};
  for (unsigned i = 0; i < function->getNumParams(); ++i) {
    if (is_string_type(function->getParamDecl(i)->getType())) return {static_cast<int>(i), true};
  }
  return {};
}

bool has_placeholders(const std::string& text, bool braces) {
  return text.find(braces ? '{' : '%') != std::string::npos;
}

// %1, %2 of QString::arg: the lowest number still there is the next argument.
std::vector<FormatPart> split_numbered(const std::string& text) {
  int lowest = 100;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '%' && text[i + 1] >= '1' && text[i + 1] <= '9')
      lowest = std::min(lowest, text[i + 1] - '0');
  }
  std::vector<FormatPart> parts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int number = text[i] == '%' && i + 1 < text.size() ? text[i + 1] - '0' : 0;
    if (number >= lowest && number <= 9) {
      parts.push_back({number - lowest, {}, true});
      ++i;
      continue;
    }
    if (parts.empty() || parts.back().argument >= 0) parts.emplace_back();
    parts.back().text += text[i];
  }
  return parts;
}

std::vector<FormatPart> split(const std::string& text, bool braces) {
  if (braces && text.find('{') == std::string::npos && text.find('%') != std::string::npos) {
    const bool numbered = text.find("%1") != std::string::npos;
    return numbered ? split_numbered(text) : split_printf(text);
  }
  return braces ? split_braces(text) : split_printf(text);
}

}  // namespace

int StringEvaluator::format_argument(const clang::Expr* expression) const {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(strip(expression));
  const clang::FunctionDecl* function = call != nullptr ? call->getDirectCallee() : nullptr;
  if (function == nullptr || llvm::isa<clang::CXXOperatorCallExpr>(call)) return -1;
  return format_call(function).format;
}

std::vector<Pieces> StringEvaluator::formatted(const clang::Expr* expression) {
  const auto* call = llvm::dyn_cast<clang::CallExpr>(strip(expression));
  const clang::FunctionDecl* function = call != nullptr ? call->getDirectCallee() : nullptr;
  if (function == nullptr || llvm::isa<clang::CXXOperatorCallExpr>(call)) return {};
  const FormatCall shape = format_call(function);
  if (shape.format < 0 || static_cast<unsigned>(shape.format) >= call->getNumArgs()) return {};
  const llvm::ArrayRef<const clang::Expr*> arguments(call->getArgs(), call->getNumArgs());
  return format(arguments[static_cast<std::size_t>(shape.format)],
                arguments.drop_front(static_cast<std::size_t>(shape.format) + 1), shape.braces);
}

Alternatives StringEvaluator::format(const clang::Expr* format_string,
                                     llvm::ArrayRef<const clang::Expr*> arguments, bool braces) {
  Alternatives out;
  for (const Pieces& pattern : eval(format_string)) {
    Alternatives built{{}};
    for (const StringPiece& piece : pattern) {
      if (!piece.known || (!has_placeholders(piece.text, braces) && !has_placeholders(piece.text, !braces))) {
        built = concatenate(built, {{piece}});
        continue;
      }
      for (const FormatPart& part : split(piece.text, braces)) {
        const auto index = static_cast<std::size_t>(part.argument);
        Alternatives value{{StringPiece{part.argument < 0, part.text}}};
        if (part.argument >= 0 && index < arguments.size()) value = eval(arguments[index]);
        built = concatenate(built, value);
      }
    }
    add_alternatives(out, built);
  }
  return out;
}

}  // namespace banyan::facts
