#include "analyzer/advice/seam_types.hpp"

#include <algorithm>
#include <array>

namespace banyan::advice {
namespace {

using Kind = CppType::Kind;
using facts::Symbol;
using facts::SymbolKind;

constexpr int kDeepest = 24;

bool fundamental(std::string_view name) {
  static const std::set<std::string_view> words = {"void", "bool", "char", "short", "int", "long", "float", "double",
                                                   "signed", "unsigned", "wchar_t", "char8_t", "char16_t", "char32_t",
                                                   "__int128", "_Bool"};
  while (!name.empty()) {
    const std::size_t space = name.find(' ');
    if (!words.contains(name.substr(0, space))) return false;
    name = space == std::string_view::npos ? "" : name.substr(space + 1);
  }
  return true;
}

bool character(const CppType& type) { return type.kind == Kind::named && type.name == "char"; }

struct Refusal {
  std::string_view part;  // of the last name
  const char* kind;
  const char* why;
};

// Library types by their last name; the first that matches counts.
constexpr std::array kRefused{
    Refusal{"function", "callback", "code of the caller would run inside the callee; apart, that is an event or a second request"},
    Refusal{"move_only_function", "callback", "code of the caller would run inside the callee; apart, that is an event or a second request"},
    Refusal{"shared_ptr", "shared-ownership", "both sides would hold one object; apart, each has a copy or an id"},
    Refusal{"weak_ptr", "shared-ownership", "both sides would hold one object; apart, each has a copy or an id"},
    Refusal{"any", "untyped-memory", "what it holds is not known"},
    Refusal{"exception_ptr", "process-local", "an exception does not leave its process"},
    Refusal{"type_info", "process-local", "types are known inside one program only"},
    Refusal{"va_list", "variadic", "arguments of unknown number and type"},
    Refusal{"FILE", "stream", "an open file belongs to its process"}};

bool is_stream(std::string_view name) {
  return name.ends_with("stream") || name.ends_with("streambuf") || name.ends_with("filebuf");
}
bool is_iterator(std::string_view name) {
  return name.ends_with("iterator") || name.ends_with("iterator_t") || name == "__normal_iterator";
}
bool is_local(std::string_view name) {
  static const std::set<std::string_view> names = {
      "mutex", "recursive_mutex", "shared_mutex", "timed_mutex", "lock_guard", "unique_lock", "shared_lock", "scoped_lock",
      "thread", "jthread", "atomic", "condition_variable", "condition_variable_any", "future", "shared_future", "promise",
      "stop_token", "counting_semaphore", "latch", "barrier", "coroutine_handle", "once_flag"};
  return names.contains(name);
}
bool in_std(std::string_view name) { return name.starts_with("std::") || name.starts_with("__gnu_cxx::"); }

}  // namespace

bool is_plain(const SymbolIndex& index, const Symbol& record) {
  const auto& members = index.members(record.usr);
  return !members.empty() && std::none_of(members.begin(), members.end(), [](const Symbol* one) { return one->hidden; });
}

void project_types(const SymbolIndex& index, const CppType& type,
                   const std::function<void(const Symbol&, bool)>& hear, int depth) {
  if (depth > kDeepest) return;
  const bool away = type.kind == Kind::pointer || type.kind == Kind::lvalue || type.kind == Kind::rvalue;
  for (const CppType& inner : type.inside)
    project_types(index, inner, [&](const Symbol& one, bool by_value) { hear(one, by_value && !away); }, depth + 1);
  const Symbol* known = type.kind == Kind::named ? index.type(type.name) : nullptr;
  if (known == nullptr) return;
  if (known->kind == SymbolKind::alias)
    project_types(index, parse_type(known->type), hear, depth + 1);
  else
    hear(*known, true);
}

void CrossingTypes::block(const Use& use, const char* kind, std::string why) {
  blockers.push_back({kind, use.what, std::move(why), use.at, use.sites});
}

void CrossingTypes::look_at(const CppType& type, Role role, const std::string& what, const Location& at,
                            const std::vector<Location>& sites) {
  walk(type, {role, what, at, sites});
}

void CrossingTypes::walk(const CppType& type, Use use) {
  if (++use.depth > kDeepest) return;
  switch (type.kind) {
    case Kind::pointer:
      return pointer(type, use);
    case Kind::lvalue:
    case Kind::rvalue:
      return reference(type, use);
    case Kind::array:
      use.inside = true;
      return walk(type.inside.front(), use);
    case Kind::callable:
      return block(use, "callback", type.text + ": a function of one process cannot be called from another");
    case Kind::other:
      return block(use, "unknown-type", "its type has no name that another program could use");
    case Kind::named:
      return named(type, use);
  }
}

void CrossingTypes::pointer(const CppType& type, Use use) {
  const CppType& target = type.inside.front();
  if (character(target) && target.is_const) return;  // a string
  if (target.kind == Kind::named && target.name == "void")
    return block(use, "untyped-memory", type.text + ": what it points at is not known");
  if (character(target)) return block(use, "raw-pointer", type.text + ": a buffer that the callee fills");
  if (is_stream(last_part(target.name)) || last_part(target.name) == "FILE")
    return block(use, "stream", type.text + ": an open stream belongs to its process");
  block(use, "raw-pointer",
        use.role == Role::result ? type.text + ": points into memory of the callee; return a copy or an id"
                                 : type.text + ": an address means nothing elsewhere, and who owns it is not said");
  use.inside = true;
  walk(target, use);
}

// With private state, behind a reference that may change it: a service, not a value.
bool CrossingTypes::live(const CppType& type) const {
  const Symbol* known = type.kind == Kind::named ? index_.type(type.name) : nullptr;
  for (int depth = 0; known != nullptr && known->kind == SymbolKind::alias && depth < 8; ++depth)
    known = index_.type(parse_type(known->type).name);
  return known != nullptr && known->kind == SymbolKind::record && !is_plain(index_, *known);
}

void CrossingTypes::reference(const CppType& type, Use use) {
  const CppType& target = type.inside.front();
  const bool is_const = target.is_const;
  if (type.kind == Kind::lvalue && is_stream(last_part(target.name)))
    return block(use, "stream", type.text + ": an open stream belongs to its process");
  if (type.kind == Kind::lvalue && !is_const && live(target))
    return block(use, "live-object", type.text + ": an object with state of its own, it stays where it is");
  if (use.role == Role::result && type.kind == Kind::lvalue)
    block(use, "reference-result", type.text + (is_const ? ": refers into state of the callee; return a copy"
                                                         : ": lets the caller change state of the callee; add an operation for that"));
  else if (use.role == Role::field)
    block(use, "raw-pointer", type.text + ": a member that refers to an object elsewhere");
  else if (type.kind == Kind::lvalue && !is_const && target.kind != Kind::callable)
    block(use, "out-parameter", type.text + ": the callee changes the caller's object; return it as part of the result");
  use.inside = true;
  walk(target, use);
}

bool CrossingTypes::library(const CppType& type, const Use& use) {
  const std::string last = last_part(type.name);
  for (const Refusal& refusal : kRefused)
    if (last == refusal.part) return block(use, refusal.kind, type.text + ": " + refusal.why), true;
  if (is_stream(last)) return block(use, "stream", type.text + ": an open stream belongs to its process"), true;
  if (is_iterator(last) || is_iterator(type.name))
    return block(use, "iterator", type.text + ": a place inside a container of one process"), true;
  if (in_std(type.name) && is_local(last))
    return block(use, "process-local", type.text + ": works inside one process only"), true;
  const bool view = in_std(type.name) && (last == "span" || last == "string_view" || last == "basic_string_view");
  if (view && use.role != Role::parameter)
    block(use, "view-result", type.text + ": looks into memory that somebody else owns; hand out a copy");
  return false;
}

void CrossingTypes::named(const CppType& type, Use use) {
  if (fundamental(type.name)) return;
  const Symbol* known = index_.type(type.name);
  if (known == nullptr) {
    if (library(type, use)) return;
    if (!in_std(type.name) && type.name.find("::") != std::string::npos && !type.name.ends_with("_t"))
      block(use, "unknown-type", type.text + ": declared outside of the program, its data was not seen");
    use.inside = true;
    for (const CppType& inner : type.inside) walk(inner, use);
    return;
  }
  if (index_.hidden(*known)) return block(use, "hidden", type.text + " is private to its class");
  if (known->kind == SymbolKind::alias) return walk(parse_type(known->type), use);
  if (type.templated) {
    block(use, "template", type.text + ": an instance of a template; give it a name and a schema of its own");
    use.inside = true;
    for (const CppType& inner : type.inside) walk(inner, use);
    return;
  }
  add(*known, use.sites);
}

void CrossingTypes::add(const Symbol& type, const std::vector<Location>& sites) {
  const auto [entry, fresh] = types_.try_emplace(type.usr);
  if (!fresh) return;
  SeamType out{type.name, type.usr, type.kind == SymbolKind::enumeration, {}, index_.bases(type.usr), type.at};
  const auto& members = index_.members(type.usr);
  for (const Symbol* member : members) out.members.push_back({last_part(member->name), member->type});
  const bool enumeration = out.enumeration;
  entry->second = std::move(out);
  if (enumeration) return;
  if (members.empty() && index_.bases(type.usr).empty() && !type.definition)
    blockers.push_back({"unknown-type", type.name, "only declared: its data was not seen", type.at, sites});
  for (const Symbol* member : members)
    look_at(parse_type(member->type), Role::field, member->name, member->at, sites);
  for (const std::string& base : index_.bases(type.usr))
    if (const Symbol* known = index_.type(base); known != nullptr && known->kind == SymbolKind::record) add(*known, sites);
}

std::vector<SeamType> CrossingTypes::types() const {
  std::vector<SeamType> out;
  for (const auto& [usr, type] : types_) out.push_back(type);
  std::sort(out.begin(), out.end(), [](const SeamType& a, const SeamType& b) { return std::tie(a.name, a.usr) < std::tie(b.name, b.usr); });
  return out;
}

}  // namespace banyan::advice
