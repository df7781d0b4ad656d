#include "analyzer/graph/internal.hpp"

#include <algorithm>
#include <array>

namespace banyan::graph::internal {
namespace {

using facts::SymbolKind;

struct Seen {
  const facts::Symbol* symbol;
  std::uint32_t file;
};

bool implemented_elsewhere(SymbolKind kind) {
  return kind == SymbolKind::function || kind == SymbolKind::method || kind == SymbolKind::variable;
}

void keep_unique(std::vector<std::uint32_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Functions and variables belong to the source that defines them; anything else to whatever defines it.
std::vector<std::uint32_t> owners_of(std::span<const Seen> seen, const Program& program) {
  std::vector<std::uint32_t> sources, definitions, declarations;
  for (const auto& one : seen) {
    declarations.push_back(one.file);
    if (!one.symbol->definition) continue;
    definitions.push_back(one.file);
    if (implemented_elsewhere(one.symbol->kind) && is_source(program.files[one.file].path))
      sources.push_back(one.file);
  }
  auto& best = !sources.empty() ? sources : !definitions.empty() ? definitions : declarations;
  keep_unique(best);
  return best;
}

SymbolInfo describe(std::span<const Seen> seen) {
  const auto* first = seen.front().symbol;
  for (const auto& one : seen)
    if (one.symbol->definition) {
      first = one.symbol;
      break;
    }
  return {.usr = first->usr, .name = first->name, .kind = first->kind, .at = first->at, .owners = {}};
}

}  // namespace

bool is_source(std::string_view path) {
  static constexpr std::array<std::string_view, 8> suffixes = {".c",   ".cc", ".cpp", ".cxx",
                                                               ".c++", ".C",  ".m",   ".mm"};
  return std::any_of(suffixes.begin(), suffixes.end(), [&](auto suffix) { return path.ends_with(suffix); });
}

std::uint32_t SymbolTable::find(std::string_view usr) const {
  const auto found = by_usr.find(usr);
  return found == by_usr.end() ? none : found->second;
}

SymbolTable index_symbols(const Program& program) {
  std::vector<Seen> all;
  for (std::uint32_t file = 0; file < program.files.size(); ++file)
    for (const auto& symbol : program.files[file].symbols)
      if (!symbol.usr.empty()) all.push_back({&symbol, file});
  std::sort(all.begin(), all.end(), [](const Seen& a, const Seen& b) {
    return std::tie(a.symbol->usr, a.file, a.symbol->at, a.symbol->name) <
           std::tie(b.symbol->usr, b.file, b.symbol->at, b.symbol->name);
  });
  SymbolTable table;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin;
    while (end < all.size() && all[end].symbol->usr == all[begin].symbol->usr) ++end;
    const std::span<const Seen> seen(all.data() + begin, end - begin);
    table.symbols.push_back(describe(seen));
    table.owner_files.push_back(owners_of(seen, program));
    std::vector<std::uint32_t> declaring;
    for (const auto& one : seen) declaring.push_back(one.file);
    keep_unique(declaring);
    table.declaring_files.push_back(std::move(declaring));
    begin = end;
  }
  table.by_usr.reserve(table.symbols.size());
  for (std::uint32_t i = 0; i < table.symbols.size(); ++i) table.by_usr.emplace(table.symbols[i].usr, i);
  return table;
}

}  // namespace banyan::graph::internal
