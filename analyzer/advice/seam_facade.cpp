// The facade of a seam as C++.
#include "analyzer/advice/cpp_type.hpp"
#include "analyzer/advice/lookup.hpp"
#include "analyzer/advice/seam_api.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace banyan::advice {
namespace {

using Kind = CppType::Kind;

constexpr std::array<std::pair<std::string_view, std::string_view>, 40> kStandard{{
    {"string", "string"}, {"basic_string", "string"}, {"string_view", "string_view"}, {"basic_string_view", "string_view"},
    {"vector", "vector"}, {"map", "map"}, {"multimap", "map"}, {"set", "set"}, {"multiset", "set"},
    {"unordered_map", "unordered_map"}, {"unordered_set", "unordered_set"}, {"list", "list"}, {"deque", "deque"},
    {"array", "array"}, {"span", "span"}, {"optional", "optional"}, {"nullopt_t", "optional"}, {"variant", "variant"},
    {"monostate", "variant"}, {"tuple", "tuple"}, {"pair", "utility"}, {"function", "functional"}, {"unique_ptr", "memory"},
    {"shared_ptr", "memory"}, {"weak_ptr", "memory"}, {"any", "any"}, {"byte", "cstddef"}, {"size_t", "cstddef"},
    {"nullptr_t", "cstddef"}, {"ptrdiff_t", "cstddef"}, {"ostream", "ostream"}, {"istream", "istream"}, {"mutex", "mutex"},
    {"error_code", "system_error"}, {"initializer_list", "initializer_list"}, {"chrono", "chrono"}, {"path", "filesystem"},
    {"thread", "thread"}, {"bitset", "bitset"}, {"complex", "complex"}}};

void standard_headers(const std::string& name, std::set<std::string>& into) {
  if (name.ends_with("_t") && name.find("int") < 2) into.insert("cstdint");
  if (!name.starts_with("std::")) return;
  if (name.starts_with("std::chrono::")) into.insert("chrono");
  const std::string last = last_part(name);
  for (const auto& [known, header] : kStandard)
    if (last == known) into.insert(std::string(header));
  if (last.find("int") != std::string::npos && last.ends_with("_t")) into.insert("cstdint");
}

// my_orders -> MyOrders
std::string camel(std::string_view text) {
  std::string out;
  bool upper = true;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    upper = !letter;
  }
  if (out.empty() || (out.front() >= '0' && out.front() <= '9')) out.insert(0, "Seam");
  return out;
}

std::string identifier(std::string_view text) {
  std::string out = kebab(text);
  std::replace(out.begin(), out.end(), '-', '_');
  return out.empty() || (out.front() >= '0' && out.front() <= '9') ? "seam_" + out : out;
}

struct Port {
  std::string owner;
  bool of_record = false;
  bool needs_object = false;
  std::string name;
  std::vector<const SeamOperation*> operations;
};

class Facade {
 public:
  Facade(const SeamApi& api, const SymbolIndex& index) : api_(api), index_(index) { make_ports(); }

  std::string text() {
    std::string body;
    for (const Port& port : ports_) body += port_class(port) + adapter_class(port);
    const std::string space = "seams::" + identifier(seam_name(api_));
    return head() + "\nnamespace " + space + " {\n" + body + "\n}  // namespace " + space + "\n";
  }

 private:
  void make_ports() {
    std::map<std::pair<bool, std::string>, std::size_t> known;
    std::set<std::string> taken;
    for (const SeamOperation& one : api_.operations) {
      const auto [at, fresh] = known.try_emplace({one.of_record, one.owner}, ports_.size());
      if (fresh) ports_.push_back({one.owner, one.of_record, false, {}, {}});
      Port& port = ports_[at->second];
      port.needs_object = port.needs_object || (one.of_record && !one.signature.is_static);
      port.operations.push_back(&one);
    }
    for (Port& port : ports_) {
      std::string name = port.owner.empty() ? camel(api_.to) : camel(last_part(port.owner));
      if (taken.contains(name)) name = camel(scope_part(port.owner)) + name;
      for (int i = 2; taken.contains(name); ++i) name += std::to_string(i);
      taken.insert(name);
      port.name = name;
    }
  }

  std::string head() const {
    std::set<std::string> standard{"utility"}, own;
    for (const SeamOperation& one : api_.operations) {
      own.insert(index_.include_text(one.signature.at.file));
      std::vector<std::string> names{one.of_record ? one.owner : std::string()};
      names_in(parse_type(one.signature.result), names);
      for (const auto& parameter : one.signature.parameters) {
        names_in(parse_type(parameter.type), names);
        if (parameter.type.find("std::function") != std::string::npos) standard.insert("functional");
        if (parameter.value.find("std::nullopt") != std::string::npos) standard.insert("optional");
      }
      for (const std::string& name : names) {
        standard_headers(name, standard);
        const facts::Symbol* type = index_.type(name);
        if (type != nullptr && is_header(type->at.file)) own.insert(index_.include_text(type->at.file));
      }
    }
    std::string out = "// What " + api_.from + " needs of " + api_.to +
                      ", as ports. Draft by banyan-analyze: let " + api_.from +
                      " take a port instead of the classes and\n// functions behind it, begin with the adapter that calls "
                      "them in this process, and put a client of the service in\n// its place when " + api_.to + " has left.\n#pragma once\n\n";
    for (const std::string& header : standard) out += "#include <" + header + ">\n";
    out += '\n';
    for (const std::string& text : own) out += "#include " + text + "\n";
    return out;
  }

  // Types that need a declarator around the name get a name of their own.
  static std::string alias_of(const SeamOperation& one, std::size_t parameter) {
    return last_part(one.name) + "_" + std::to_string(parameter + 1) + "_t";
  }

  std::string type_text(const SeamOperation& one, std::size_t parameter, std::size_t number) const {
    const auto& type = one.signature.parameters[parameter].type;
    const bool declarator = parse_type(type).kind == Kind::callable || parse_type(type).kind == Kind::array;
    return declarator ? alias_of(one, parameter) + std::to_string(number) : type;
  }

  static std::string parameter_name(const SeamOperation& one, std::size_t i) {
    const std::string& name = one.signature.parameters[i].name;
    return name.empty() ? "argument" + std::to_string(i + 1) : name;
  }

  std::string declaration(const SeamOperation& one, std::size_t number, bool defaults) const {
    std::string out = one.signature.result + " " + last_part(one.name) + "(";
    for (std::size_t i = 0; i < one.signature.parameters.size(); ++i) {
      out += (i == 0 ? "" : ", ") + type_text(one, i, number) + " " + parameter_name(one, i);
      if (const std::string& value = one.signature.parameters[i].value; defaults && !value.empty()) out += " = " + value;
    }
    out += ")";
    if (one.signature.is_const || !one.of_record || one.signature.is_static) out += " const";
    return out + (one.signature.is_noexcept ? " noexcept" : "");
  }

  std::string port_class(const Port& port) const {
    std::string out = "\nclass " + port.name + "Port {\n public:\n  virtual ~" + port.name + "Port() = default;\n";
    for (std::size_t i = 0; i < port.operations.size(); ++i)
      for (std::size_t p = 0; p < port.operations[i]->signature.parameters.size(); ++p) {
        const std::string text = type_text(*port.operations[i], p, i);
        const std::string& type = port.operations[i]->signature.parameters[p].type;
        if (text != type) out += "  using " + text + " = " + type + ";\n";
      }
    for (std::size_t i = 0; i < port.operations.size(); ++i) {
      const SeamOperation& one = *port.operations[i];
      out += "  // " + one.signature.at.file + ":" + std::to_string(one.signature.at.line) + ", " + counted(one.calls, "call");
      out += "\n  virtual " + declaration(one, i, true) + " = 0;\n";
    }
    return out + "};\n";
  }

  bool is_scalar(const CppType& type) const {
    const facts::Symbol* known = type.kind == Kind::named ? index_.type(type.name) : nullptr;
    if (type.kind == Kind::pointer || (known != nullptr && known->kind == facts::SymbolKind::enumeration)) return true;
    return type.kind == Kind::named && !type.templated && (type.name.find("::") == std::string::npos || type.name.ends_with("_t"));
  }

  std::string argument(const SeamOperation& one, std::size_t i) const {
    const CppType type = parse_type(one.signature.parameters[i].type);
    const std::string name = parameter_name(one, i);
    const bool moves = type.kind == Kind::rvalue || (type.kind == Kind::named && !type.is_const && !is_scalar(type));
    return moves ? "std::move(" + name + ")" : name;
  }

  std::string call(const SeamOperation& one) const {
    std::string out = "::" + one.name;
    if (one.of_record && !one.signature.is_static)
      out = (one.signature.is_const ? "std::as_const(object_)." : "object_.") + last_part(one.name);
    out += "(";
    for (std::size_t i = 0; i < one.signature.parameters.size(); ++i) out += (i == 0 ? "" : ", ") + argument(one, i);
    return out + ")";
  }

  std::string adapter_class(const Port& port) const {
    const std::string name = "InProcess" + port.name;
    std::string out = "\nclass " + name + " final : public " + port.name + "Port {\n public:\n";
    if (port.needs_object) out += "  explicit " + name + "(::" + port.owner + "& object) : object_(object) {}\n";
    for (std::size_t i = 0; i < port.operations.size(); ++i)
      out += "  " + declaration(*port.operations[i], i, false) + " override { return " + call(*port.operations[i]) + "; }\n";
    if (port.needs_object) out += "\n private:\n  ::" + port.owner + "& object_;\n";
    return out + "};\n";
  }

  const SeamApi& api_;
  const SymbolIndex& index_;
  std::vector<Port> ports_;
};

}  // namespace

std::string facade_header(const SeamApi& api, const SymbolIndex& index) { return Facade(api, index).text(); }

}  // namespace banyan::advice
