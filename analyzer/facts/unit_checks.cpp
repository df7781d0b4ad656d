// The checks at the end of a unit of a merged parse.
#include "analyzer/facts/unit_sight.hpp"

#include <clang/Lex/Lexer.h>

namespace banyan::facts {

void UnitSight::classify() {
  const auto& search = preprocessor_.getHeaderSearchInfo();
  std::vector<FileKey> shared;
  for (const FileKey file : order_) {
    const Visit& visit = entered_.find(file)->second;
    if (file == source_) continue;
    if (headers_.contains(file) || search.isFileMultipleIncludeGuarded(visit.ref)) shared.push_back(file);
  }
  for (const auto& forced : graph_.direct(nullptr)) shared.push_back(&forced.getFileEntry());
  llvm::DenseSet<FileKey> seen(shared.begin(), shared.end());
  while (!shared.empty()) {  // what a header includes belongs to the header, guarded or not
    const FileKey file = shared.back();
    shared.pop_back();
    for (const auto& target : graph_.direct(file)) {
      if (seen.insert(&target.getFileEntry()).second) shared.push_back(&target.getFileEntry());
    }
  }
  own_.clear();
  for (const FileKey file : order_) {
    if (file == source_ || !seen.contains(file)) own_.insert(file);
  }
  if (seen.contains(source_)) doubt("its source is included by a header");
}

const std::vector<const clang::IdentifierInfo*>& UnitSight::identifiers(clang::FileEntryRef file) {
  const auto [entry, fresh] = identifiers_.try_emplace(&file.getFileEntry());
  if (!fresh) return entry->second;
  auto& sources = preprocessor_.getSourceManager();
  const auto buffer = sources.getMemoryBufferForFileOrNone(file);
  std::vector<const clang::IdentifierInfo*> found;
  if (buffer) {
    const llvm::StringRef text = buffer->getBuffer();
    clang::Lexer lexer(clang::SourceLocation(), preprocessor_.getLangOpts(), text.begin(), text.begin(), text.end());
    llvm::DenseSet<const clang::IdentifierInfo*> seen;
    clang::Token token;
    while (!lexer.LexFromRawLexer(token)) {
      if (token.isNot(clang::tok::raw_identifier)) continue;
      const auto* name = &preprocessor_.getIdentifierTable().get(token.getRawIdentifier());
      if (seen.insert(name).second) found.push_back(name);
    }
  }
  return identifiers_[&file.getFileEntry()] = std::move(found);
}

// The meanings that reach a header from outside of what it includes, for the names it contains.
void UnitSight::add_to_signature(const clang::IdentifierInfo* name, const Visit& visit, const Header& header,
                                 Signature& out) {
  const MacroHistory::Entry* entry = macros_.find(name);
  if (entry == nullptr) return;
  const FileKey file = &visit.ref.getFileEntry();
  const bool system = !in_project(file);
  const std::size_t first = out.size();
  for (const MacroChange& change : entry->changes) {
    if (change.file == file || (system && !change.project)) continue;
    if (own(change.file)) {
      if (change.unit != unit_ || change.tick >= visit.tick) continue;
    } else {
      const auto definer = entered_.find(change.file);
      if (definer == entered_.end() || definer->second.tick >= visit.tick) continue;
      if (graph_.reaches(file, change.file)) continue;
      if (graph_.reaches(change.file, file) && change.tick >= header.tick) continue;
    }
    std::size_t i = first;
    while (i < out.size() && out[i].first != change.file) ++i;
    if (i == out.size()) out.emplace_back(change.file, 0);
    out[i].second = change.meaning;  // the last of a file counts
  }
}

UnitSight::Signature UnitSight::signature(const Visit& visit, const Header& header) {
  Signature out;
  for (const clang::IdentifierInfo* name : identifiers(visit.ref)) {
    if (name->hadMacroDefinition()) add_to_signature(name, visit, header, out);
  }
  return out;
}

// Whether a name of the file has a meaning from a file that this unit does not include at all.
bool UnitSight::leaks_macros(const Visit& visit, const Header* header) {
  const FileKey file = &visit.ref.getFileEntry();
  const bool system = !in_project(file);
  for (const clang::IdentifierInfo* name : identifiers(visit.ref)) {
    const MacroHistory::Entry* entry = name->hadMacroDefinition() ? macros_.find(name) : nullptr;
    if (entry == nullptr) continue;
    for (const MacroChange& change : entry->changes) {
      if ((system && !change.project) || (header != nullptr && change.tick >= header->tick)) continue;
      if (own(change.file) ? change.unit != unit_ : !entered_.contains(change.file)) {
        doubt("sees the macro " + name->getName().str() + " through a neighbour");
        return true;
      }
    }
  }
  return false;
}

void UnitSight::check_header(const Visit& visit) {
  const FileKey file = &visit.ref.getFileEntry();
  const auto [entry, fresh] = headers_.try_emplace(file);
  Header& header = entry->second;
  if (fresh) {
    header.tick = visit.tick;
    header.macros = signature(visit, header);
    header.tainted = leaks_macros(visit, &header) || tainted_.contains(file);
    const auto found = foreign_.find(file);
    if (found != foreign_.end()) header.foreign.assign(found->second.begin(), found->second.end());
  } else if (!header.tainted && signature(visit, header) != header.macros) {
    doubt("gives other macros to a header: " + visit.ref.getName().str());
  }
  if (tainted_.contains(file)) header.tainted = true;
  if (header.tainted) doubt("includes a header that was read under doubt: " + visit.ref.getName().str());
  for (const clang::NamedDecl* declaration : header.foreign) {
    bool before = false;
    for (const clang::Decl* one : declaration->redecls()) {
      const FileKey target = collector_.files.entry(one->getLocation());
      const auto definer = entered_.find(target);
      before = before || target == nullptr || (definer != entered_.end() && definer->second.tick < visit.tick);
    }
    if (!before) doubt("includes a header before what it needs: " + visit.ref.getName().str());
  }
}

void UnitSight::check_own(const Visit& visit) { leaks_macros(visit, nullptr); }

std::string UnitSight::finish() {
  for (const FileKey file : order_) {
    if (own(file)) {
      check_own(entered_.find(file)->second);
    } else {
      check_header(entered_.find(file)->second);
    }
  }
  for (const FileKey file : everywhere_opening_) {
    if (!entered_.contains(file)) doubt("a neighbour's header opens a namespace for everyone");
  }
  macros_.take_back(unit_, [&](FileKey file) { return own(file); }, preprocessor_);
  entered_.clear();
  order_.clear();
  revisited_.clear();
  foreign_.clear();
  tainted_.clear();
  source_ = nullptr;
  ++unit_;
  return std::exchange(doubt_, {});
}

}  // namespace banyan::facts
