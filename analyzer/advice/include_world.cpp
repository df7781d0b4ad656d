#include "analyzer/advice/include_world.hpp"

#include <algorithm>
#include <map>

namespace banyan::advice {
namespace {

using facts::ReferenceKind;
using facts::SymbolKind;

bool is_type(SymbolKind kind) {
  return kind == SymbolKind::record || kind == SymbolKind::enumeration || kind == SymbolKind::alias ||
         kind == SymbolKind::concept_;
}

// Whatever is declared at all is declared well enough, but for classes that are not only pointed to.
bool needs_definition(SymbolKind kind, ReferenceKind use) {
  return kind == SymbolKind::record && use != ReferenceKind::type_pointer;
}

}  // namespace

IncludeWorld::IncludeWorld(const facts::Program& program) : program_(program) {
  for (std::uint32_t i = 0; i < files(); ++i) file_number_.emplace(program.files[i].path, i);
  index_symbols();
  index_includes();
  index_needs();
}

void IncludeWorld::index_symbols() {
  for (std::uint32_t file = 0; file < files(); ++file) {
    for (const auto& symbol : program_.files[file].symbols) {
      const auto [at, added] = symbol_number_.emplace(symbol.usr, static_cast<std::uint32_t>(symbols_.size()));
      if (added) symbols_.push_back(&symbol), providers_.emplace_back();
      if (symbol.definition && !symbols_[at->second]->definition) symbols_[at->second] = &symbol;
      providers_[at->second].push_back({file, symbol.definition, symbol.at.line});
    }
  }
}

void IncludeWorld::index_includes() {
  for (std::uint32_t file = 0; file < files(); ++file) {
    for (const auto& include : program_.files[file].includes) {
      const auto target = file_number_.find(include.target);
      if (target != file_number_.end() && target->second != file) arcs_.emplace_back(file, target->second);
    }
  }
  std::sort(arcs_.begin(), arcs_.end());
  arcs_.erase(std::unique(arcs_.begin(), arcs_.end()), arcs_.end());
}

void IncludeWorld::index_needs() {
  needs_.resize(files());
  for (std::uint32_t file = 0; file < files(); ++file) {
    NeedMap needs;
    for (const auto& reference : program_.files[file].references) {
      const auto found = symbol_number_.find(reference.to_usr);
      if (found == symbol_number_.end()) continue;
      const bool complete = needs_definition(symbols_[found->second]->kind, reference.kind);
      const bool own = std::any_of(
          providers_[found->second].begin(), providers_[found->second].end(), [&](const Provider& provider) {
            return provider.file == file && (provider.definition || !complete) &&
                   (provider.line <= reference.at.line || !is_type(symbols_[found->second]->kind));
          });
      if (!own) needs.try_emplace({found->second, complete}, Need{found->second, complete, &reference});
    }
    add_scopes(file, needs);
    for (const auto& [key, need] : needs) needs_[file].push_back(need);
  }
}

// Who defines a method outside its class needs the class.
void IncludeWorld::add_scopes(std::uint32_t file, NeedMap& needs) const {
  for (const auto& symbol : program_.files[file].symbols) {
    const auto scope = symbol_number_.find(symbol.scope_usr);
    if (!symbol.definition || scope == symbol_number_.end()) continue;
    if (symbols_[scope->second]->kind != SymbolKind::record) continue;
    const auto& homes = providers_[scope->second];
    const bool own = std::any_of(homes.begin(), homes.end(), [&](const Provider& provider) {
      return provider.file == file && provider.definition;
    });
    if (!own) needs.try_emplace({scope->second, true}, Need{scope->second, true, nullptr});
  }
}

const facts::Include* IncludeWorld::include(Arc arc) const {
  for (const auto& include : program_.files[arc.first].includes)
    if (include.target == path(arc.second)) return &include;
  return nullptr;
}

// Classes at namespace level that are no templates.
bool IncludeWorld::forward_declarable(std::uint32_t number) const {
  const facts::Symbol& one = symbol(number);
  return one.kind == SymbolKind::record && one.scope_usr.empty() &&
         one.usr.find('>') == std::string::npos && one.name.find('(') == std::string::npos;
}

std::string IncludeWorld::spelling(std::uint32_t file) const {
  std::map<std::string, std::size_t> counts;
  for (const auto& user : program_.files)
    for (const auto& include : user.includes)
      if (include.target == path(file)) ++counts[(include.angled ? "<" : "\"") + include.spelled];
  std::string best = "\"" + path(file);
  std::size_t most = 0;
  for (const auto& [text, count] : counts)
    if (count > most) best = text, most = count;
  return best + (best.front() == '<' ? ">" : "\"");
}

std::vector<std::vector<std::uint32_t>> IncludeWorld::adjacency(const std::vector<Arc>& without) const {
  std::vector<std::vector<std::uint32_t>> next(files());
  for (const Arc& arc : arcs_)
    if (std::find(without.begin(), without.end(), arc) == without.end()) next[arc.first].push_back(arc.second);
  return next;
}

std::vector<bool> IncludeWorld::reach(const std::vector<std::vector<std::uint32_t>>& next, std::uint32_t start) {
  std::vector<bool> seen(next.size());
  std::vector<std::uint32_t> stack{start};
  seen[start] = true;
  while (!stack.empty()) {
    const auto file = stack.back();
    stack.pop_back();
    for (const auto to : next[file])
      if (!seen[to]) seen[to] = true, stack.push_back(to);
  }
  return seen;
}

}  // namespace banyan::advice
