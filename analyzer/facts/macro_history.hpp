// Which file gave a macro which meaning, over a merged parse. Internal to facts/: sees Clang.
#pragma once

#include "analyzer/facts/include_graph.hpp"

#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/DenseMap.h>

#include <cstdint>
#include <vector>

namespace banyan::facts {

struct MacroChange {
  FileKey file = nullptr;             // that holds the directive
  std::uint64_t tick = 0;             // when, in the order of reading
  unsigned unit = 0;                  // that was being read
  clang::MacroInfo* info = nullptr;   // null: undefined
  std::uint64_t meaning = 0;          // equal for the same definition read twice; 0: undefined
  bool project = false;
};

class MacroHistory {
 public:
  struct Entry {
    clang::MacroInfo* before = nullptr;  // from the command line or built in
    std::vector<MacroChange> changes;
  };

  void add(const clang::IdentifierInfo* name, clang::MacroInfo* before, MacroChange change);
  const Entry* find(const clang::IdentifierInfo* name) const;
  // Names that some file of the project ever changed.
  const llvm::DenseSet<const clang::IdentifierInfo*>& of_project() const { return of_project_; }

  // Forgets what `unit` did in its own files and gives those macros back the meaning they had.
  void take_back(unsigned unit, llvm::function_ref<bool(FileKey)> own, clang::Preprocessor& preprocessor);

 private:
  llvm::DenseMap<const clang::IdentifierInfo*, Entry> entries_;
  llvm::DenseSet<const clang::IdentifierInfo*> of_project_;
  std::vector<const clang::IdentifierInfo*> touched_;  // by the unit being read
};

}  // namespace banyan::facts
