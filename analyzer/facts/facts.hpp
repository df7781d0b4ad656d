// What one translation unit says, as plain data. Nothing of Clang's leaves this folder.
//
//   AST -> UnitFacts -> (fact_store) -> evidence -> graph -> contexts -> advice, report
//
// Facts are kept per *file*, because a header is seen by many units: FileFacts of the same file and content
// are equal from every unit that reads it under the same macros, so the store keeps them once. Merging is set
// union; after merging, everything is sorted by (file, line, column, ...): the order of units never shows in
// any output. Paths are relative to the source root, with '/'; lines and columns start at 1. Values are
// immutable and may be shared between threads.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace banyan::facts {

struct Location {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Location&) const = default;
};

enum class SymbolKind : std::uint8_t {
  function,
  method,
  record,
  enumeration,
  enumerator,
  field,
  variable,
  alias,
  concept_,
  macro
};

inline bool is_function(SymbolKind kind) { return kind == SymbolKind::function || kind == SymbolKind::method; }

// A declaration or definition. `usr` is Clang's Unified Symbol Resolution: equal across units for the same
// entity.
struct Symbol {
  std::string usr;
  std::string name;       // qualified: shop::orders::OrderService::place
  std::string scope_usr;  // enclosing record or function, empty at namespace level
  std::string type;       // spelled type of a variable, field or function signature
  std::string
      initializer;  // known string value a string variable starts with; it stays so unless it is written
  Location at;
  std::uint32_t end_line = 0;
  SymbolKind kind = SymbolKind::function;
  bool definition = false;
  bool mutable_global = false;  // namespace-scope or static storage, and not const
  bool hidden = false;          // private or protected: only its class and friends may name it
  auto operator<=>(const Symbol&) const = default;
};

// How a function is declared, for whoever writes a caller or a stand-in: one a declaration, in the file that
// holds it. Types and the names in default arguments are qualified. Functions that no other file can name
// (internal linkage, lambdas) and definitions of members outside of their class have none.
struct Parameter {
  std::string name;   // empty when it has none
  std::string type;
  std::string value;  // default argument; empty when it has none
  auto operator<=>(const Parameter&) const = default;
};

enum class RefQualifier : std::uint8_t { none, lvalue, rvalue };

struct Signature {
  std::string usr;
  Location at;
  std::string result;  // empty for constructors
  std::vector<Parameter> parameters;
  RefQualifier ref = RefQualifier::none;
  bool is_static = false;
  bool is_const = false;
  bool is_volatile = false;
  bool is_noexcept = false;
  bool is_template = false;  // it, or what encloses it
  bool is_variadic = false;
  bool is_deleted = false;
  auto operator<=>(const Signature&) const = default;
};

enum class ReferenceKind : std::uint8_t {
  call,
  virtual_call,
  construct,
  address_taken,  // functions
  type_value,
  type_pointer,
  type_base,
  type_template_argument,
  type_field,  // types
  variable_read,
  variable_write,  // globals, statics, static members
  field_use,
  enumerator_use,
  macro_use,
  overrides  // from: overriding method, to: overridden method
};

struct Reference {
  std::string from_usr;  // enclosing function, record or variable; empty at file level
  std::string to_usr;
  std::string to_name;  // qualified, so that calls into libraries can be recognised: sqlite3_prepare_v2
  Location at;
  ReferenceKind kind = ReferenceKind::call;
  auto operator<=>(const Reference&) const = default;
};

struct Include {
  Location at;
  std::string spelled;  // as written between the quotes or brackets
  std::string target;   // path relative to the root, or empty when outside the project or not found
  bool angled = false;
  auto operator<=>(const Include&) const = default;
};

// One piece of a string value: known text, or a hole with the expression that fills it.
struct StringPiece {
  bool known = true;
  std::string text;   // known: the characters; hole: source text of the expression
  std::string usr{};  // hole: the variable, field or function it names, when it names one in the project
  auto operator<=>(const StringPiece&) const = default;
};

// A string value built at one place: adjacent literals, +, +=, <<, append, format calls, constants followed
// to their initialiser. When it is an argument, `callee` and `argument` say of which call, and the pieces are
// the whole value that reaches it, through local variables too (`object` then names the variable). A value
// with `object` but no argument is one step of building that variable (`sql += "..."`): look at it only when
// no argument value has the same (in_usr, object). Alternatives (?:, if/else) are separate values at the same
// place.
struct StringValue {
  Location at;
  std::string in_usr;       // enclosing function
  std::string callee_usr;   // empty when the value is not an argument
  std::string callee_name;  // qualified
  std::string object;       // variable or field that receives it: `sql` in `sql += "..."`, else empty
  std::int32_t argument = -1;
  std::vector<StringPiece> pieces;
  auto operator<=>(const StringValue&) const = default;
};

// A call that ties strings to callables: router.get("/x/{id}", handler), CROW_ROUTE(app, "/x")(lambda), table
// rows such as {"GET", "/x", &Handler::get}.
struct Registration {
  Location at;
  std::string in_usr;
  std::string callee_usr;
  std::string callee_name;               // qualified; empty for an aggregate (table row)
  std::string object_type;               // type of the object the method is called on, or of the aggregate
  std::vector<std::string> arguments;    // in order: string value, or the spelled expression of anything else
  std::vector<bool> argument_is_string;  // parallel to arguments
  std::vector<std::string> callables;    // USRs of functions, methods or lambdas (a lambda's call operator)
  std::vector<std::string> callable_names;
  std::string macro{};  // the macro whose expansion holds the call: CROW_ROUTE
  auto operator<=>(const Registration&) const = default;
};

// A local variable of a class type with a destructor: from here to `end_line` its scope holds (transactions,
// locks).
struct Guard {
  Location at;
  std::uint32_t end_line = 0;
  std::string in_usr;
  std::string type;
  std::string type_usr;
  std::string arguments;  // spelled constructor arguments
  auto operator<=>(const Guard&) const = default;
};

struct FileFacts {
  std::string path;
  std::uint32_t lines = 0;
  std::string digest;  // of the file's content, hex
  std::vector<Symbol> symbols;
  std::vector<Signature> signatures;
  std::vector<Reference> references;
  std::vector<Include> includes;
  std::vector<StringValue> strings;
  std::vector<Registration> registrations;
  std::vector<Guard> guards;
  std::vector<std::string> words;  // identifier and comment words, lower case, sorted, with repeats
  auto operator<=>(const FileFacts&) const = default;
};

struct Diagnostic {
  Location at;
  std::string message;
  bool fatal = false;
  auto operator<=>(const Diagnostic&) const = default;
};

struct UnitFacts {
  std::string main_file;
  std::vector<FileFacts> files;         // project files only, sorted by path
  std::vector<std::string> files_read;  // every file read, absolute, sorted: what the unit depends on
  std::vector<Diagnostic> errors;       // empty when the unit parsed cleanly
};

// All units of a program, merged: one FileFacts a path, each list sorted and without duplicates.
struct Program {
  std::string root;  // absolute source root
  std::vector<FileFacts> files;
  std::vector<std::string> failed_units;  // sorted; facts of these may be incomplete
};

}  // namespace banyan::facts
