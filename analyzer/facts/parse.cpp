#include "analyzer/facts/parse.hpp"

#include "analyzer/facts/front_end.hpp"
#include "analyzer/facts/merge.hpp"
#include "analyzer/facts/preprocessor.hpp"
#include "analyzer/facts/walker.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/Basic/Version.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/HeaderSearchOptions.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/CrashRecoveryContext.h>

#include <algorithm>
#include <mutex>

namespace banyan::facts {
namespace {

class Consumer : public clang::ASTConsumer {
 public:
  explicit Consumer(SourceFiles& files) : files_(files) {}
  bool shouldSkipFunctionBody(clang::Decl* function) override {
    return !files_.in_project(function->getLocation());
  }

 private:
  SourceFiles& files_;
};

void add_files_read(const clang::SourceManager& sources, const SourceFiles& files, UnitFacts& facts) {
  for (auto file = sources.fileinfo_begin(); file != sources.fileinfo_end(); ++file)
    facts.files_read.push_back(files.absolute(file->first.getName()));
  std::sort(facts.files_read.begin(), facts.files_read.end());
  facts.files_read.erase(std::unique(facts.files_read.begin(), facts.files_read.end()),
                         facts.files_read.end());
}

class Action : public clang::ASTFrontendAction {
 public:
  Action(const ParseRequest& request, UnitFacts& facts) : request_(request), facts_(facts) {}

  // A prefix: what only the end of a unit needs (pending instantiations, unused warnings) is not done.
  clang::TranslationUnitKind getTranslationUnitKind() override { return clang::TU_Prefix; }

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    const auto& language = compiler.getLangOpts();
    files_.emplace(compiler.getSourceManager(), language, request_.root, request_.directory);
    names_.emplace(*files_, compiler.getASTContext());
    collector_.emplace(*files_, *names_);
    compiler.getPreprocessor().addPPCallbacks(watch_preprocessor(compiler.getPreprocessor(), *collector_));
    return std::make_unique<Consumer>(*files_);
  }

  void ExecuteAction() override {
    ASTFrontendAction::ExecuteAction();
    auto& compiler = getCompilerInstance();
    if (!compiler.hasASTContext() || !collector_) return;
    walk(compiler.getASTContext(), *collector_);
    finish_files(compiler.getLangOpts(), *collector_);
    add_files_read(compiler.getSourceManager(), *files_, facts_);
    for (auto& [path, facts] : collector_->facts) facts_.files.push_back(std::move(facts));
    for (FileFacts& facts : facts_.files) normalize(facts);
  }

 private:
  const ParseRequest& request_;
  UnitFacts& facts_;
  std::optional<SourceFiles> files_;
  std::optional<Names> names_;
  std::optional<Collector> collector_;
};

void run(const ParseRequest& request, UnitFacts& facts) {
  ErrorList errors(request);
  Action action(request, facts);
  if (!run_action(request, errors, action))
    errors.errors.push_back({{}, "the front end stopped without a message", true});
  facts.errors = std::move(errors.errors);
}

}  // namespace

UnitFacts parse_unit(const ParseRequest& request) {
  enable_crash_recovery();
  UnitFacts facts;
  facts.main_file = main_file_of(request);
  llvm::CrashRecoveryContext recovery;
  if (!recovery.RunSafelyOnThread([&] { run(request, facts); }, kStackSize))
    facts.errors.push_back({{facts.main_file, 0, 0}, "the compiler front end crashed on this unit", true});
  if (std::find(facts.files_read.begin(), facts.files_read.end(), request.file) == facts.files_read.end())
    facts.files_read.insert(facts.files_read.begin(), request.file);
  return facts;
}

Invocation describe_invocation(const ParseRequest& request) {
  Invocation out;
  ErrorList errors(request);
  const auto invocation = make_invocation(request, errors, file_system(request));
  out.errors = std::move(errors.errors);
  if (invocation == nullptr) return out;
  out.understood = true;
  out.target = invocation->getTargetOpts().Triple;
  for (const auto& entry : invocation->getHeaderSearchOpts().UserEntries) {
    const bool system = entry.Group != clang::frontend::Quoted && entry.Group != clang::frontend::Angled;
    out.include_dirs.push_back(entry.Path + (system ? " (system)" : ""));
  }
  for (const auto& [macro, undefined] : invocation->getPreprocessorOpts().Macros)
    out.defines.push_back((undefined ? "-U" : "-D") + macro);
  return out;
}

std::string front_end_version() { return clang::getClangFullVersion(); }

}  // namespace banyan::facts
