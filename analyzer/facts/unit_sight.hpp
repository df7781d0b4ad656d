// What the unit being read in a merged parse may see: the files it has entered itself, really or because an
// earlier unit had read them already. Whatever was used from elsewhere leaked from a neighbour and makes the
// unit doubtful: its facts are then thrown away, and it is parsed alone.
//
// A header is read once, by the first unit that enters it. That its facts hold for a later unit too is
// checked: the macros that reach it from outside, and the declarations it uses from outside what it includes,
// must be the same. Internal to facts/: sees Clang.
#pragma once

#include "analyzer/facts/collector.hpp"
#include "analyzer/facts/macro_history.hpp"

#include <clang/Lex/HeaderSearch.h>
#include <clang/Lex/PPCallbacks.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace banyan::facts {

class UnitSight : public UseWatcher {
 public:
  UnitSight(Collector& collector, clang::Preprocessor& preprocessor);

  std::unique_ptr<clang::PPCallbacks> watch();

  // The walk of the unit reports what it uses.
  void name(const clang::NamedDecl* declaration, clang::SourceLocation at) override;
  void candidates(llvm::ArrayRef<const clang::NamedDecl*> found, clang::SourceLocation at) override;
  void complete(clang::QualType type, clang::SourceLocation at) override;
  void dependent(clang::SourceLocation at) override;
  void using_directive(clang::UsingDirectiveDecl* directive);
  void opens(const clang::NamespaceDecl* space);
  void declares_type(const clang::NamedDecl* type);  // at namespace level
  void error(clang::SourceLocation at);

  // After the unit is read, before it is walked: which files are its own (the source, and what it includes
  // that has no include guard), and which headers others may share.
  void classify();
  bool own(FileKey file) const { return own_.contains(file); }
  // After the walk: all checks, and the next unit begins. Empty: the facts are those of a parse alone.
  std::string finish();

  // A header had errors: whoever includes it would fail with this parse, too.
  bool spoilt() const { return spoilt_; }

  std::vector<clang::FileEntryRef> entered_files() const;  // by the name this unit reached them
  bool shared(FileKey file) const { return headers_.contains(file); }

 private:
  friend class SightWatch;

  struct Visit {
    std::uint64_t tick = 0;
    unsigned offset = 0;  // of the #include in the source file that led to it
    clang::FileEntryRef ref;
    bool real = false;
  };
  using Signature = std::vector<std::pair<FileKey, std::uint64_t>>;
  struct Header {
    std::uint64_t tick = 0;
    bool tainted = false;
    bool dependent = false;  // holds expressions whose meaning is looked up among what was declared before
    Signature macros;
    Signature rivals;
    std::vector<const clang::NamedDecl*> foreign;  // used, but from outside what it includes
    std::vector<FileKey> cycle;  // project files that include it and are included by it, as of `edges`
    std::size_t edges = 0;
    std::vector<FileKey> begun;  // of the cycle, when the header was read
  };

  void begin(clang::FileEntryRef source);
  // A macro, and which file had defined it; null: none.
  using Answer = std::pair<const clang::IdentifierInfo*, FileKey>;
  using Condition = std::vector<std::pair<clang::FileID, Answer>>;
  struct Inclusion {
    clang::FileID id;
    clang::FileEntryRef file;  // by the name used
    std::uint64_t tick;        // what had been read before it
  };
  // A file as it was entered once: what it included depends on the macros of that time.
  struct Entering {
    clang::FileEntryRef file;
    std::uint64_t begin;
    std::vector<Inclusion> includes;
    std::vector<Answer> asked;  // by the conditions around its #includes
  };
  void visit(clang::FileEntryRef file, bool real);
  void enter(clang::FileID id, clang::FileEntryRef file);
  void skip(clang::FileID from, clang::FileEntryRef file);
  void leave(clang::FileID id);
  void revisit(clang::FileID id, clang::FileEntryRef named);
  void replay(clang::FileID id);
  clang::FileID fitting(FileKey file, clang::FileID preferred);
  void asked(const clang::Token& name, const clang::MacroInfo* info);
  void open_condition();
  void extend_condition();
  void close_condition();
  void condition_counts(bool skipped);
  bool happened(const MacroChange& change) const;
  bool defined_here(const Answer& answer, const Entering& entering) const;
  bool defined_now(const clang::IdentifierInfo* name) const;
  bool same_answers(clang::FileID id, bool before) const;
  void doubt(std::string reason);
  void leak(clang::SourceLocation at, const std::string& what);
  bool visible(const clang::NamedDecl* declaration, clang::SourceLocation at, FileKey from);
  bool visible_file(FileKey target, clang::SourceLocation at, FileKey from);
  void macro_used(const clang::Token& name, const clang::MacroInfo* info);
  void macro_changed(const clang::Token& name, const clang::MacroDirective* directive);
  const std::vector<const clang::IdentifierInfo*>& identifiers(clang::FileEntryRef file);
  Signature signature(const Visit& visit, const Header& header);
  void add_to_signature(const clang::IdentifierInfo* name, const Visit& visit, const Header& header,
                        Signature& out);
  Signature rivals(const Visit& visit);
  bool leaks_macros(const Visit& visit, const Header* header);
  void check_header(const Visit& visit);
  std::vector<FileKey> begun_before(const Visit& visit, Header& header);
  void check_own(const Visit& visit);
  bool in_project(FileKey file) { return project_files_.contains(file); }

  Collector& collector_;
  clang::Preprocessor& preprocessor_;
  IncludeGraph& graph_;
  MacroHistory macros_;
  llvm::DenseMap<FileKey, Header> headers_;
  llvm::DenseMap<FileKey, std::vector<const clang::IdentifierInfo*>> identifiers_;
  llvm::DenseMap<FileKey, std::vector<clang::UsingDirectiveDecl*>> directives_;  // in headers, for their includers
  llvm::DenseSet<FileKey> project_files_;
  llvm::DenseMap<clang::FileID, Entering> enterings_;
  llvm::DenseMap<FileKey, std::vector<clang::FileID>> all_enterings_;
  llvm::DenseMap<FileKey, llvm::DenseSet<const clang::DeclContext*>> opened_;  // namespaces, by project header
  struct Types {  // of one name
    std::vector<std::pair<FileKey, const clang::NamedDecl*>> declared;  // in headers of the project; canonical
    bool several = false;  // different ones
  };
  llvm::DenseMap<const clang::IdentifierInfo*, Types> types_;
  bool rivals_known_ = false;
  std::vector<std::pair<clang::FileID, clang::FileEntryRef>> forced_;  // by the command line
  std::uint64_t tick_ = 0;
  bool spoilt_ = false;

  // Of the unit being read.
  unsigned unit_ = 0;
  FileKey source_ = nullptr;
  unsigned offset_ = 0;
  llvm::DenseMap<FileKey, Visit> entered_;
  std::vector<FileKey> order_;
  llvm::DenseSet<clang::FileID> revisited_;
  llvm::DenseSet<clang::FileID> misled_;  // entered under conditions that a neighbour has made
  std::vector<std::pair<FileKey, std::uint64_t>> replayed_;  // files being read again in thought, and how far
  llvm::DenseSet<FileKey> own_;
  llvm::DenseMap<FileKey, llvm::DenseSet<const clang::NamedDecl*>> foreign_;
  llvm::DenseSet<FileKey> tainted_;
  llvm::DenseSet<FileKey> dependent_;
  std::string doubt_;

  std::vector<Condition> conditions_;  // that are open, outermost first
  Condition pending_;
  Condition closed_;
};

}  // namespace banyan::facts
