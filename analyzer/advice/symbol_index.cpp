#include "analyzer/advice/symbol_index.hpp"

#include <algorithm>

namespace banyan::advice {
namespace {

using facts::Symbol;
using facts::SymbolKind;

bool is_type(SymbolKind kind) {
  return kind == SymbolKind::record || kind == SymbolKind::enumeration || kind == SymbolKind::alias;
}

// Which of two declarations says more to somebody who wants to use it.
bool better(const Symbol& one, const Symbol& other) {
  const bool first = is_function(one.kind) ? is_header(one.at.file) : one.definition;
  const bool second = is_function(other.kind) ? is_header(other.at.file) : other.definition;
  return first && !second;
}

}  // namespace

bool is_header(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::string_view extension = dot == std::string_view::npos ? "" : path.substr(dot);
  for (const std::string_view known : {".h", ".hpp", ".hh", ".hxx", ".H", ".inc", ".ipp", ".tcc", ""})
    if (extension == known) return true;
  return false;
}

SymbolIndex::SymbolIndex(const facts::Program& program) : program_(program) {
  for (const facts::FileFacts& file : program.files) add(file);
}

void SymbolIndex::add(const facts::FileFacts& file) {
  for (const Symbol& one : file.symbols) {
    const auto [known, fresh] = symbols_.try_emplace(one.usr, &one);
    if (!fresh && better(one, *known->second)) known->second = &one;
    if (is_type(one.kind)) {
      const auto [named, first] = types_.try_emplace(one.name, &one);
      if (!first && better(one, *named->second)) named->second = &one;
    }
    if (one.kind == SymbolKind::field || one.kind == SymbolKind::enumerator) members_[one.scope_usr].push_back(&one);
  }
  for (const facts::Signature& one : file.signatures) {
    const auto [known, fresh] = signatures_.try_emplace(one.usr, &one);
    if (!fresh && is_header(one.at.file) && !is_header(known->second->at.file)) known->second = &one;
  }
  for (const facts::Reference& one : file.references)
    if (one.kind == facts::ReferenceKind::type_base) {
      auto& bases = bases_[one.from_usr];
      if (std::find(bases.begin(), bases.end(), one.to_name) == bases.end()) bases.push_back(one.to_name);
    }
  for (const facts::Include& one : file.includes)
    if (!one.target.empty())
      ++spellings_[one.target][one.angled ? "<" + one.spelled + ">" : "\"" + one.spelled + "\""];
}

const Symbol* SymbolIndex::symbol(std::string_view usr) const {
  const auto found = symbols_.find(usr);
  return found == symbols_.end() ? nullptr : found->second;
}

const Symbol* SymbolIndex::type(std::string_view name) const {
  const auto found = types_.find(name);
  return found == types_.end() ? nullptr : found->second;
}

const facts::Signature* SymbolIndex::signature(std::string_view usr) const {
  const auto found = signatures_.find(usr);
  return found == signatures_.end() ? nullptr : found->second;
}

const std::vector<const Symbol*>& SymbolIndex::members(std::string_view usr) const {
  static const std::vector<const Symbol*> nothing;
  const auto found = members_.find(usr);
  return found == members_.end() ? nothing : found->second;
}

const std::vector<std::string>& SymbolIndex::bases(std::string_view usr) const {
  static const std::vector<std::string> nothing;
  const auto found = bases_.find(usr);
  return found == bases_.end() ? nothing : found->second;
}

bool SymbolIndex::hidden(const Symbol& symbol) const {
  const Symbol* one = &symbol;
  for (int depth = 0; one != nullptr && depth < 16; ++depth) {
    if (one->hidden) return true;
    one = one->scope_usr.empty() ? nullptr : this->symbol(one->scope_usr);
  }
  return false;
}

std::string SymbolIndex::include_text(const std::string& file) const {
  const auto found = spellings_.find(file);
  std::string best = "\"" + file + "\"";
  std::size_t most = 0;
  if (found != spellings_.end())
    for (const auto& [text, count] : found->second)
      if (count > most) best = text, most = count;
  return best;
}

}  // namespace banyan::advice
