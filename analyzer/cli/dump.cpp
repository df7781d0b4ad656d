#include "analyzer/cli/dump.hpp"

#include <ostream>

namespace banyan::cli {
namespace {

using facts::ReferenceKind;
using facts::SymbolKind;

const char* name(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::function:
      return "function";
    case SymbolKind::method:
      return "method";
    case SymbolKind::record:
      return "record";
    case SymbolKind::enumeration:
      return "enumeration";
    case SymbolKind::enumerator:
      return "enumerator";
    case SymbolKind::field:
      return "field";
    case SymbolKind::variable:
      return "variable";
    case SymbolKind::alias:
      return "alias";
    case SymbolKind::concept_:
      return "concept";
    case SymbolKind::macro:
      return "macro";
  }
  return "?";
}

const char* name(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::call:
      return "call";
    case ReferenceKind::virtual_call:
      return "virtual_call";
    case ReferenceKind::construct:
      return "construct";
    case ReferenceKind::address_taken:
      return "address_taken";
    case ReferenceKind::type_value:
      return "type_value";
    case ReferenceKind::type_pointer:
      return "type_pointer";
    case ReferenceKind::type_base:
      return "type_base";
    case ReferenceKind::type_template_argument:
      return "type_template_argument";
    case ReferenceKind::type_field:
      return "type_field";
    case ReferenceKind::variable_read:
      return "variable_read";
    case ReferenceKind::variable_write:
      return "variable_write";
    case ReferenceKind::field_use:
      return "field_use";
    case ReferenceKind::enumerator_use:
      return "enumerator_use";
    case ReferenceKind::macro_use:
      return "macro_use";
    case ReferenceKind::overrides:
      return "overrides";
  }
  return "?";
}

std::string one_line(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c == '\t' ? ' ' : c;
    }
  }
  return out;
}

std::ostream& begin(std::ostream& out, const facts::Location& at, const char* what) {
  return out << at.file << ':' << at.line << ':' << at.column << '\t' << what;
}

void dump_strings(const facts::FileFacts& facts, std::ostream& out) {
  for (const auto& value : facts.strings) {
    begin(out, value.at, "string") << "\tin=" << value.in_usr << "\tcallee=" << value.callee_name << '#'
                                   << value.argument << "\tobject=" << value.object << "\t\"";
    for (const auto& piece : value.pieces)
      out << (piece.known ? one_line(piece.text) : "{" + one_line(piece.text) + "}");
    out << "\"\n";
  }
}

void dump_registrations(const facts::FileFacts& facts, std::ostream& out) {
  for (const auto& registration : facts.registrations) {
    begin(out, registration.at, "registration")
        << "\tcallee=" << registration.callee_name << "\tobject=" << registration.object_type
        << "\tmacro=" << registration.macro << "\t(";
    for (std::size_t i = 0; i < registration.arguments.size(); ++i) {
      const char* quote = registration.argument_is_string[i] ? "\"" : "";
      out << (i != 0 ? ", " : "") << quote << one_line(registration.arguments[i]) << quote;
    }
    out << ") ->";
    for (const std::string& callable : registration.callable_names) out << ' ' << callable;
    out << '\n';
  }
}

}  // namespace

void dump(const facts::FileFacts& facts, std::ostream& out) {
  out << "file\t" << facts.path << "\tlines=" << facts.lines << "\tdigest=" << facts.digest
      << "\twords=" << facts.words.size() << '\n';
  for (const auto& include : facts.includes)
    begin(out, include.at, "include") << '\t' << include.spelled << "\t-> " << include.target << '\n';
  for (const auto& symbol : facts.symbols) {
    begin(out, symbol.at, name(symbol.kind))
        << '\t' << symbol.name << "\t" << (symbol.definition ? "definition" : "declaration")
        << (symbol.mutable_global ? "\tmutable" : "") << "\tto " << symbol.end_line << '\t' << symbol.usr
        << '\t' << symbol.type
        << (symbol.initializer.empty() ? "" : "\t= \"" + one_line(symbol.initializer) + "\"") << '\n';
  }
  for (const auto& reference : facts.references)
    begin(out, reference.at, name(reference.kind))
        << '\t' << reference.from_usr << "\t-> " << reference.to_name << '\n';
  dump_strings(facts, out);
  dump_registrations(facts, out);
  for (const auto& guard : facts.guards)
    begin(out, guard.at, "guard") << '\t' << guard.type << '(' << one_line(guard.arguments) << ")\tto "
                                  << guard.end_line << "\tin=" << guard.in_usr << '\n';
}

}  // namespace banyan::cli
