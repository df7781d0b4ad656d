#include "analyzer/facts/macro_history.hpp"

#include <clang/Lex/MacroInfo.h>

namespace banyan::facts {

void MacroHistory::add(const clang::IdentifierInfo* name, clang::MacroInfo* before, MacroChange change) {
  const auto [entry, fresh] = entries_.try_emplace(name);
  if (fresh) entry->second.before = before;
  if (change.project) of_project_.insert(name);
  touched_.push_back(name);
  entry->second.changes.push_back(change);
}

const MacroHistory::Entry* MacroHistory::find(const clang::IdentifierInfo* name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

void MacroHistory::take_back(unsigned unit, llvm::function_ref<bool(FileKey)> own,
                             clang::Preprocessor& preprocessor) {
  for (const clang::IdentifierInfo* name : touched_) {
    Entry& entry = entries_[name];
    const std::size_t erased = std::erase_if(
        entry.changes, [&](const MacroChange& c) { return c.unit == unit && own(c.file); });
    if (erased == 0) continue;
    clang::MacroInfo* wanted = entry.changes.empty() ? entry.before : entry.changes.back().info;
    auto* identifier = const_cast<clang::IdentifierInfo*>(name);
    const clang::MacroInfo* now = preprocessor.getMacroInfo(identifier);
    if (now == wanted) continue;
    if (wanted != nullptr) {
      preprocessor.appendDefMacroDirective(identifier, wanted);
    } else {
      auto& memory = preprocessor.getPreprocessorAllocator();
      preprocessor.appendMacroDirective(identifier, new (memory) clang::UndefMacroDirective(now->getDefinitionLoc()));
    }
  }
  touched_.clear();
}

}  // namespace banyan::facts
