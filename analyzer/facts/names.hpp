// Names of declarations: USRs that stay apart and equal where they should, and qualified names.
// Internal to facts/: sees Clang. One instance a unit, used by its thread only.
#pragma once

#include "analyzer/facts/source_files.hpp"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/AST/PrettyPrinter.h>

#include <string>
#include <unordered_map>

namespace banyan::facts {

// The declaration a reader would point at: an instantiation leads to its pattern.
const clang::NamedDecl* pattern_of(const clang::NamedDecl* declaration);

// A function that the compiler declares itself, where it is used first: __builtin_clz.
bool is_builtin(const clang::Decl* declaration);

// Also members of std:: classes and what lies in its inline namespaces.
bool in_std(const clang::Decl* declaration);

class Names {
 public:
  Names(SourceFiles& files, const clang::ASTContext& context);

  // Clang's USR; entities with internal linkage also carry their file's folder, lambdas their place, because
  // Clang keeps neither apart.
  const std::string& usr(const clang::NamedDecl* declaration);
  const std::string& qualified(const clang::NamedDecl* declaration);
  std::string type(clang::QualType type) const;         // as written, but qualified
  std::string object_type(clang::QualType type) const;  // canonical, without pointer, reference and const
  std::string macro_usr(llvm::StringRef name, clang::SourceLocation definition);
  const clang::PrintingPolicy& policy() const { return policy_; }

 private:
  std::string make_usr(const clang::NamedDecl* declaration);
  std::string make_qualified(const clang::NamedDecl* declaration);
  std::string with_folder(std::string usr, clang::SourceLocation at);

  SourceFiles& files_;
  const clang::ASTContext& context_;
  clang::PrintingPolicy policy_;
  std::unordered_map<const clang::NamedDecl*, std::string> usrs_;
  std::unordered_map<const clang::NamedDecl*, std::string> qualified_;
};

}  // namespace banyan::facts
