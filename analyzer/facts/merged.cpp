#include "analyzer/facts/merged.hpp"

#include "analyzer/facts/front_end.hpp"
#include "analyzer/facts/merge.hpp"
#include "analyzer/facts/own_names.hpp"
#include "analyzer/facts/preprocessor.hpp"
#include "analyzer/facts/unit_sight.hpp"
#include "analyzer/facts/walker.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Sema/SemaConsumer.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <map>
#include <optional>

namespace banyan::facts {
namespace {

constexpr const char* kSentinel = "banyan_end_of_unit_";
// The parser reads one token ahead: with this after the sentinel it has not yet entered the next unit.
constexpr const char* kPad = "banyan_between_units_";

std::string buffer_of(const std::vector<ParseRequest>& requests) {
  std::string out;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::string number = std::to_string(i);
    out += "#include \"" + requests[i].file + "\"\nstruct " + kSentinel + number + ";\nstruct " + kPad + number +
           ";\n";
  }
  return out;
}

ParseRequest request_for_all(const std::vector<ParseRequest>& requests) {
  ParseRequest all = requests.front();
  all.file = all.directory + "/.banyan-units" + llvm::sys::path::extension(requests.front().file).str();
  all.overlay.emplace_back(all.file, buffer_of(requests));
  return all;
}

template <class T>
bool within(const std::vector<T>& some, const std::vector<T>& all) {
  return std::all_of(some.begin(), some.end(),
                     [&](const T& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

// A guard that spans only a part of its file lets a later unit enter it again and read the rest.
bool adds_nothing(const FileFacts& again, const FileFacts& known) {
  return within(again.symbols, known.symbols) && within(again.signatures, known.signatures) &&
         within(again.references, known.references) && within(again.includes, known.includes) &&
         within(again.strings, known.strings) && within(again.registrations, known.registrations) &&
         within(again.guards, known.guards);
}

struct Session {
  const std::vector<ParseRequest>& requests;
  const MergeLimits& limits;
  const Deliver& deliver;
  ErrorList& errors;
  std::vector<std::string> reasons;
};

class Consumer : public clang::SemaConsumer {
 public:
  Consumer(Session& session, clang::CompilerInstance& compiler)
      : session_(session),
        compiler_(compiler),
        files_(compiler.getSourceManager(), compiler.getLangOpts(), session.requests.front().root,
               session.requests.front().directory),
        names_(files_, compiler.getASTContext()),
        collector_(files_, names_),
        sight_(collector_, compiler.getPreprocessor()) {
    auto& preprocessor = compiler.getPreprocessor();
    preprocessor.addPPCallbacks(watch_preprocessor(preprocessor, collector_));
    preprocessor.addPPCallbacks(sight_.watch());
  }

  void InitializeSema(clang::Sema& sema) override { sema_ = &sema; }
  bool shouldSkipFunctionBody(clang::Decl* function) override {
    return !files_.in_project(function->getLocation());
  }

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override {
    if (!group.isSingleDecl()) return true;
    const auto* record = llvm::dyn_cast<clang::RecordDecl>(group.getSingleDecl());
    const bool here = record != nullptr && files_.sources().isInMainFile(record->getLocation());
    if (!here || record->getName() != kSentinel + std::to_string(unit_)) return true;
    return end_of_unit();
  }

 private:
  using Declarations = std::vector<clang::Decl*>;

  // The declarations at the top since the last unit; chains only grow at their end.
  Declarations new_declarations() {
    auto* all = compiler_.getASTContext().getTranslationUnitDecl();
    Declarations out;
    clang::Decl* next = last_ != nullptr ? last_->getNextDeclInContext() : *all->decls_begin();
    for (; next != nullptr; next = next->getNextDeclInContext()) {
      last_ = next;
      out.push_back(next);
    }
    return out;
  }

  void report_inner(const clang::DeclContext* context) {
    for (clang::Decl* declaration : context->decls()) report(declaration);
  }
  void report(clang::Decl* declaration) {
    if (llvm::isa<clang::TagDecl, clang::TypedefNameDecl, clang::ClassTemplateDecl>(declaration)) {
      sight_.declares_type(llvm::cast<clang::NamedDecl>(declaration));
    } else if (auto* directive = llvm::dyn_cast<clang::UsingDirectiveDecl>(declaration)) {
      if (!directive->isImplicit()) sight_.using_directive(directive);
    } else if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration)) {
      if (space->isStdNamespace()) return;
      sight_.opens(space);
      report_inner(space);
    } else if (const auto* linkage = llvm::dyn_cast<clang::LinkageSpecDecl>(declaration)) {
      report_inner(linkage);
    }
  }

  bool end_of_unit() {
    for (; errors_seen_ < session_.errors.places.size(); ++errors_seen_)
      sight_.error(session_.errors.places[errors_seen_]);
    sight_.classify();
    const Declarations fresh = new_declarations();
    for (clang::Decl* declaration : fresh) report(declaration);
    walk(fresh, collector_);
    next_entry_ = finish_files(compiler_.getLangOpts(), collector_, next_entry_);
    const auto own = [&](FileKey file) { return sight_.own(file); };
    UnitFacts facts = take_facts();
    hide_own_names(fresh, *sema_, [&](const clang::Decl* d) { return own(files_.entry(d->getLocation())); });
    std::string reason = sight_.finish();
    if (reason.empty()) reason = std::exchange(doubt_, {});
    doubt_.clear();
    session_.reasons[unit_] = reason;
    const bool go_on = reason.empty() ? session_.deliver(unit_, std::move(facts)) : !sight_.spoilt();
    ++unit_;
    const std::size_t used = compiler_.getASTContext().getASTAllocatedMemory() +
                             compiler_.getASTContext().getSideTableAllocatedMemory();
    return go_on && used >> 20U < session_.limits.megabytes;
  }

  UnitFacts take_facts() {
    UnitFacts out;
    out.main_file = main_file_of(session_.requests[unit_]);
    for (const auto& file : sight_.entered_files()) {
      out.files_read.push_back(files_.absolute(file.getName()));
      const std::string path = path_of(file);
      if (path.empty()) continue;
      const auto shared = headers_.find(path);
      const auto mine = collector_.facts.find(path);
      if (shared != headers_.end()) {
        if (mine != collector_.facts.end()) {
          if (!adds_nothing(mine->second, shared->second)) doubt_ = "a header without a guard is read again: " + path;
          collector_.facts.erase(mine);
        }
        out.files.push_back(shared->second);
      } else if (mine != collector_.facts.end()) {
        normalize(mine->second);
        if (!sight_.own(&file.getFileEntry())) headers_.emplace(path, mine->second);
        out.files.push_back(std::move(mine->second));
        collector_.facts.erase(mine);
      }
    }
    // The buffer that includes the units is nobody's file: what stands in it is ours.
    const std::string* buffer = files_.project_path(files_.sources().getMainFileID());
    if (buffer != nullptr) collector_.facts.erase(*buffer);
    if (!collector_.facts.empty()) doubt_ = "facts of a file that it did not read: " + collector_.facts.begin()->first;
    collector_.facts.clear();
    sort(out);
    return out;
  }

  static void sort(UnitFacts& facts) {
    std::sort(facts.files.begin(), facts.files.end(),
              [](const FileFacts& a, const FileFacts& b) { return a.path < b.path; });
    auto& read = facts.files_read;
    std::sort(read.begin(), read.end());
    read.erase(std::unique(read.begin(), read.end()), read.end());
  }

  // As SourceFiles has it for the file where it was entered.
  std::string path_of(clang::FileEntryRef file) {
    const clang::FileID id = files_.sources().translateFile(file);
    const std::string* path = files_.project_path(id);
    return path != nullptr ? *path : std::string();
  }

  Session& session_;
  clang::CompilerInstance& compiler_;
  clang::Sema* sema_ = nullptr;
  SourceFiles files_;
  Names names_;
  Collector collector_;
  UnitSight sight_;
  std::map<std::string, FileFacts> headers_;  // of headers that are read once, for all units
  std::string doubt_;
  clang::Decl* last_ = nullptr;
  std::size_t unit_ = 0;
  std::size_t errors_seen_ = 0;
  unsigned next_entry_ = 1;
};

class Action : public clang::ASTFrontendAction {
 public:
  explicit Action(Session& session) : session_(session) {}
  clang::TranslationUnitKind getTranslationUnitKind() override { return clang::TU_Prefix; }

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    if (!compiler.getLangOpts().CPlusPlus) return nullptr;  // C has other lookup tables
    return std::make_unique<Consumer>(session_, compiler);
  }

 private:
  Session& session_;
};

}  // namespace

std::string merge_key(const ParseRequest& request) {
  const llvm::StringRef file(request.file);
  if (!file.starts_with("/") || file.find_first_of("\"\n\r\\") != llvm::StringRef::npos) return {};
  if (request.arguments.empty() || file.ends_with(".c")) return {};
  std::string key = request.directory + '\n' + request.root + '\n' + llvm::sys::path::extension(file).str();
  for (std::size_t i = 0; i + 1 < request.arguments.size(); ++i) key += '\n' + request.arguments[i];
  return key;
}

std::vector<std::string> parse_merged(const std::vector<ParseRequest>& requests, const MergeLimits& limits,
                                      const Deliver& deliver) {
  if (requests.empty()) return {};
  enable_crash_recovery();
  const ParseRequest all = request_for_all(requests);
  ErrorList errors(all);
  Session session{requests, limits, deliver, errors, std::vector<std::string>(requests.size(), kNotReached)};
  llvm::CrashRecoveryContext recovery;
  recovery.RunSafelyOnThread(
      [&] {
        Action action(session);
        run_action(all, errors, action);
      },
      kStackSize);
  return session.reasons;
}

}  // namespace banyan::facts
