// Which files a file includes, directly and through others. What a header's facts may look at ends there, so
// that they do not depend on who includes it. Internal to facts/: sees Clang. One instance a parse.
#pragma once

#include "analyzer/facts/source_files.hpp"

#include <clang/AST/DeclBase.h>
#include <clang/Basic/FileEntry.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>

#include <vector>

namespace banyan::facts {

using FileKey = const clang::FileEntry*;

class IncludeGraph {
 public:
  // `from` is null for what the command line includes by force: every file reaches that.
  void add(FileKey from, clang::FileEntryRef to);
  const std::vector<clang::FileEntryRef>& direct(FileKey from) const;
  bool reaches(FileKey from, FileKey to);  // a file reaches itself
  const llvm::DenseSet<FileKey>& reach(FileKey from);
  std::size_t edges() const { return edge_count_; }

 private:
  std::size_t edge_count_ = 0;
  llvm::DenseMap<FileKey, std::vector<clang::FileEntryRef>> edges_;
  llvm::DenseMap<FileKey, llvm::DenseSet<FileKey>> reached_;
  llvm::DenseSet<FileKey> settled_;  // a new edge from one of these makes what is remembered stale
};

// What the declaration being walked may look at: its own file and what that includes. In a source file this
// is everything its unit has read.
class Sight {
 public:
  explicit Sight(SourceFiles& files) : files_(files) {}
  void stand_in(clang::SourceLocation at) { here_ = files_.entry(at); }
  FileKey here() const { return here_; }
  bool sees(const clang::Decl* declaration);

  IncludeGraph graph;

 private:
  SourceFiles& files_;
  FileKey here_ = nullptr;
};

}  // namespace banyan::facts
