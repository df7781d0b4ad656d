// The checks at the end of a unit of a merged parse.
#include "analyzer/facts/own_names.hpp"
#include "analyzer/facts/unit_sight.hpp"

#include <clang/Lex/Lexer.h>

#include <algorithm>

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
      const auto* name = preprocessor_.LookUpIdentifierInfo(token);
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

void UnitSight::declares_type(const clang::NamedDecl* type) {
  const FileKey file = collector_.files.entry(type->getLocation());
  const clang::IdentifierInfo* name = type->getIdentifier();
  if (name == nullptr || file == nullptr || own(file) || !in_project(file)) return;
  Types& types = types_[name];
  const auto* canonical = llvm::cast<clang::NamedDecl>(type->getCanonicalDecl());
  for (const auto& known : types.declared) types.several = types.several || known.second != canonical;
  types.declared.emplace_back(file, canonical);
  rivals_known_ = rivals_known_ || types.several;
}

void UnitSight::opens(const clang::NamespaceDecl* space) {
  const FileKey file = collector_.files.entry(space->getLocation());
  if (file != nullptr && in_project(file)) opened_[file].insert(space->getPrimaryContext());
}

// Types from elsewhere that this unit had read before the header, and that hide those of scopes around which the
// header would find by itself.
UnitSight::Signature UnitSight::rivals(const Visit& visit) {
  Signature out;
  const FileKey file = &visit.ref.getFileEntry();
  const auto opened = opened_.find(file);
  if (!rivals_known_ || opened == opened_.end()) return out;
  for (const clang::IdentifierInfo* name : identifiers(visit.ref)) {
    const auto types = types_.find(name);
    if (types == types_.end() || !types->second.several) continue;
    for (const auto& [at, type] : types->second.declared) {
      const auto* scope = type->getDeclContext()->getPrimaryContext();
      const auto definer = entered_.find(at);
      const bool before = definer != entered_.end() && definer->second.tick < visit.tick;
      if (!before || !opened->second.contains(scope) || graph_.reaches(file, at)) continue;
      bool known = false;  // by itself
      bool hides = false;
      for (const auto& [inside, other] : types->second.declared) {
        if (!graph_.reaches(file, inside)) continue;
        const auto* around = other->getDeclContext()->getPrimaryContext();
        known = known || other == type;
        hides = hides || (around != scope && around->Encloses(scope));
      }
      if (hides && !known) out.emplace_back(at, reinterpret_cast<std::uintptr_t>(type));
    }
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

// Of files that include each other, what one sees of the others depends on which of them was begun first.
std::vector<FileKey> UnitSight::begun_before(const Visit& visit, Header& header) {
  const FileKey file = &visit.ref.getFileEntry();
  if (!header.dependent || !in_project(file)) return {};
  if (header.edges != graph_.edges()) {
    header.edges = graph_.edges();
    header.cycle.clear();
    const llvm::DenseSet<FileKey> reached = graph_.reach(file);
    for (const FileKey other : reached) {
      if (other != file && in_project(other) && graph_.reaches(other, file)) header.cycle.push_back(other);
    }
    std::sort(header.cycle.begin(), header.cycle.end());
  }
  std::vector<FileKey> out;
  for (const FileKey other : header.cycle) {
    const auto entry = entered_.find(other);
    if (entry != entered_.end() && entry->second.tick < visit.tick) out.push_back(other);
  }
  return out;
}

void UnitSight::check_header(const Visit& visit) {
  const FileKey file = &visit.ref.getFileEntry();
  const auto [entry, fresh] = headers_.try_emplace(file);
  Header& header = entry->second;
  if (fresh) {
    header.tick = visit.tick;
    header.macros = signature(visit, header);
    header.rivals = rivals(visit);
    header.dependent = dependent_.contains(file);
    header.begun = begun_before(visit, header);
    header.tainted = leaks_macros(visit, &header) || tainted_.contains(file);
    const auto found = foreign_.find(file);
    if (found != foreign_.end()) header.foreign.assign(found->second.begin(), found->second.end());
  } else if (!header.tainted && signature(visit, header) != header.macros) {
    doubt("gives other macros to a header: " + visit.ref.getName().str());
  } else if (rivals(visit) != header.rivals) {
    doubt("gives a name in a header another meaning: " + visit.ref.getName().str());
  } else if (begun_before(visit, header) != header.begun) {
    doubt("enters a cycle of includes elsewhere: " + visit.ref.getName().str());
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
  for (const auto& [file, directives] : directives_) {
    for (clang::UsingDirectiveDecl* directive : directives) hide_name(directive);
  }
  macros_.take_back(unit_, [&](FileKey file) { return own(file); }, preprocessor_);
  entered_.clear();
  order_.clear();
  revisited_.clear();
  foreign_.clear();
  tainted_.clear();
  dependent_.clear();
  source_ = nullptr;
  ++unit_;
  return std::exchange(doubt_, {});
}

}  // namespace banyan::facts
