// Which files of a unit belong to the project, under which relative path, and where in them something stands.
// Internal to facts/: sees Clang. One instance a unit, used by its thread only.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/StringRef.h>

#include <optional>
#include <string>
#include <unordered_map>

namespace banyan::facts {

class SourceFiles {
 public:
  SourceFiles(const clang::SourceManager& sources, const clang::LangOptions& language, std::string root,
              std::string directory);

  // The path relative to the root, or nullptr when the file is not the project's.
  const std::string* project_path(clang::FileID id);
  const std::string* project_path(clang::SourceLocation at);
  bool in_project(clang::SourceLocation at) { return project_path(at) != nullptr; }

  // The file that holds a place, macro expansions where they are expanded; nullptr outside any file.
  const clang::FileEntry* entry(clang::SourceLocation at) const;

  // Where the reader of the source sees it: macro arguments where they are written, macro bodies where
  // expanded.
  std::optional<Location> locate(clang::SourceLocation at);
  std::uint32_t line(clang::SourceLocation at) const;

  // Source text with white space squeezed, cut after 200 characters.
  std::string text(clang::SourceRange range) const;

  std::string absolute(llvm::StringRef name) const;
  // __FILE__ is an absolute path under many builds; facts must not say where the tree lies.
  std::string without_root(std::string text) const;
  std::string relative(llvm::StringRef name, llvm::StringRef real_name) const;  // empty: outside the root

  const clang::SourceManager& sources() const { return sources_; }

 private:
  std::string compute(clang::FileID id) const;

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  std::string root_;
  std::string directory_;
  std::unordered_map<unsigned, std::string> paths_;
};

}  // namespace banyan::facts
