#include "analyzer/evidence/reach.hpp"

#include <algorithm>
#include <set>

namespace banyan::evidence {
namespace {

using facts::ReferenceKind;

bool is_call(ReferenceKind kind) {
  return kind == ReferenceKind::call || kind == ReferenceKind::virtual_call ||
         kind == ReferenceKind::construct || kind == ReferenceKind::address_taken;
}

using Calls = std::map<std::string, std::vector<std::string>>;

// set_callback(&f), where set_callback writes a global, or global = &f: whoever reads the global may call f.
void add_stored_callbacks(const facts::Program& program, const std::set<std::string>& functions,
                          Calls& calls) {
  Calls written, readers;
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Reference& reference : file.references) {
      if (reference.kind == ReferenceKind::variable_write)
        written[reference.from_usr].push_back(reference.to_usr);
      if (reference.kind == ReferenceKind::variable_read)
        readers[reference.to_usr].push_back(reference.from_usr);
    }
  }
  for (const facts::FileFacts& file : program.files) {
    std::map<std::uint32_t, std::vector<const facts::Reference*>> lines;
    std::map<std::uint32_t, std::set<std::string>> stored;
    for (const facts::Reference& reference : file.references) {
      lines[reference.at.line].push_back(&reference);
      const bool taken =
          reference.kind == ReferenceKind::address_taken && functions.count(reference.to_usr) != 0;
      if (taken) stored[reference.at.line].insert(reference.to_usr);
    }
    for (const auto& [line, callbacks] : stored) {
      std::set<std::string> variables;
      for (const facts::Reference* reference : lines[line]) {
        if (reference->kind == ReferenceKind::variable_write) variables.insert(reference->to_usr);
        if (reference->kind != ReferenceKind::call) continue;
        const auto setter = written.find(reference->to_usr);
        if (setter != written.end()) variables.insert(setter->second.begin(), setter->second.end());
      }
      for (const std::string& variable : variables) {
        for (const std::string& reader : readers[variable]) {
          calls[reader].insert(calls[reader].end(), callbacks.begin(), callbacks.end());
        }
      }
    }
  }
}

void sort_unique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Reach::Reach(const facts::Program& program) {
  std::set<std::string> functions;
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Symbol& symbol : file.symbols) {
      if (is_function(symbol.kind)) functions.insert(symbol.usr);
    }
  }
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Reference& reference : file.references) {
      if (is_call(reference.kind)) calls_[reference.from_usr].push_back(reference.to_usr);
      // Whoever calls the overridden method may land in the override.
      if (reference.kind == ReferenceKind::overrides) calls_[reference.to_usr].push_back(reference.from_usr);
    }
    for (const facts::Symbol& symbol : file.symbols) {
      const bool inside = is_function(symbol.kind) && functions.count(symbol.scope_usr) != 0;
      if (inside) calls_[symbol.scope_usr].push_back(symbol.usr);
    }
  }
  add_stored_callbacks(program, functions, calls_);
  for (auto& [from, to] : calls_) sort_unique(to);
}

const std::vector<std::string>& Reach::functions(const std::string& usr) {
  const auto cached = cache_.find(usr);
  if (cached != cache_.end()) return cached->second;
  std::set<std::string> seen = {usr};
  std::vector<std::string> open = {usr};
  while (!open.empty()) {
    const std::string current = std::move(open.back());
    open.pop_back();
    const auto calls = calls_.find(current);
    if (calls == calls_.end()) continue;
    for (const std::string& next : calls->second) {
      if (seen.insert(next).second) open.push_back(next);
    }
  }
  return cache_[usr] = std::vector<std::string>(seen.begin(), seen.end());
}

AccessIndex::AccessIndex(const std::vector<TableAccess>& accesses) {
  for (TableAccess access : accesses) {
    access.column.clear();
    by_function_[access.in_usr].push_back(std::move(access));
  }
  for (auto& [usr, list] : by_function_) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
}

const std::vector<TableAccess>& AccessIndex::of(const std::string& usr) const {
  static const std::vector<TableAccess> none;
  const auto found = by_function_.find(usr);
  return found == by_function_.end() ? none : found->second;
}

std::vector<RouteReach> reach_routes(const facts::Program& program, const Evidence& evidence) {
  Reach reach(program);
  const AccessIndex index(evidence.accesses);
  std::vector<RouteReach> result;
  for (std::size_t route = 0; route < evidence.routes.size(); ++route) {
    RouteReach one{route, reach.functions(evidence.routes[route].handler_usr), {}};
    for (const std::string& function : one.functions) {
      const auto& accesses = index.of(function);
      one.accesses.insert(one.accesses.end(), accesses.begin(), accesses.end());
    }
    std::sort(one.accesses.begin(), one.accesses.end());
    result.push_back(std::move(one));
  }
  return result;
}

bool writes(const TableAccess& access) { return access.mode != AccessMode::read; }

}  // namespace banyan::evidence
