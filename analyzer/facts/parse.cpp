#include "analyzer/facts/parse.hpp"

#include "analyzer/facts/merge.hpp"
#include "analyzer/facts/preprocessor.hpp"
#include "analyzer/facts/walker.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/Basic/Version.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/HeaderSearchOptions.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <mutex>

namespace banyan::facts {
namespace {

constexpr unsigned kStackSize = 16U << 20U;  // deep expressions recurse
constexpr std::size_t kMaxErrors = 50;

class ErrorList : public clang::DiagnosticConsumer {
 public:
  explicit ErrorList(const ParseRequest& request) : request_(request) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    DiagnosticConsumer::HandleDiagnostic(level, info);
    if (level < clang::DiagnosticsEngine::Error || errors.size() >= kMaxErrors) return;
    Diagnostic error;
    llvm::SmallString<256> message;
    info.FormatDiagnostic(message);
    error.message = std::string(message);
    error.fatal = level == clang::DiagnosticsEngine::Fatal || message.ends_with("file not found");
    if (info.hasSourceManager() && info.getLocation().isValid()) error.at = locate(info);
    errors.push_back(std::move(error));
  }

  std::vector<Diagnostic> errors;

 private:
  // Relative in the project, absolute outside it.
  Location locate(const clang::Diagnostic& info) const {
    const auto& sources = info.getSourceManager();
    const auto place =
        sources.getPresumedLoc(sources.getFileLoc(info.getLocation()), /*UseLineDirectives=*/false);
    if (place.isInvalid()) return {};
    const SourceFiles files(sources, clang::LangOptions(), request_.root, request_.directory);
    std::string path = files.relative(place.getFilename(), {});
    if (path.empty()) path = files.absolute(place.getFilename());
    return {path, place.getLine(), place.getColumn()};
  }

  const ParseRequest& request_;
};

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

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> file_system(const ParseRequest& request) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> real(llvm::vfs::createPhysicalFileSystem().release());
  real->setCurrentWorkingDirectory(request.directory);
  if (request.overlay.empty()) return real;
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const auto& [path, content] : request.overlay)
    memory->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(content, path));
  auto overlay = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(real);
  overlay->pushOverlay(memory);
  overlay->setCurrentWorkingDirectory(request.directory);
  return overlay;
}

std::shared_ptr<clang::CompilerInvocation> make_invocation(
    const ParseRequest& request, ErrorList& errors, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files) {
  std::vector<const char*> arguments;
  for (const std::string& argument : request.arguments) arguments.push_back(argument.c_str());
  auto options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  options->IgnoreWarnings = true;
  clang::CreateInvocationOptions create;
  create.Diags =
      clang::CompilerInstance::createDiagnostics(options.get(), &errors, /*ShouldOwnClient=*/false);
  create.VFS = std::move(files);
  create.RecoverOnError = true;
  return clang::createInvocation(arguments, create);
}

void tune(clang::CompilerInvocation& invocation) {
  invocation.getDiagnosticOpts().IgnoreWarnings = true;
  invocation.getDiagnosticOpts().ErrorLimit = 0;
  invocation.getFrontendOpts().SkipFunctionBodies = true;  // of system headers: Consumer decides
  invocation.getFrontendOpts().DisableFree = false;
  invocation.getLangOpts().CommentOpts.ParseAllComments = false;
  invocation.getLangOpts().RetainCommentsFromSystemHeaders = false;
  invocation.getLangOpts().SpellChecking = false;
  invocation.getPreprocessorOpts().DetailedRecord = false;
  invocation.getPreprocessorOpts().ImplicitPCHInclude.clear();
}

std::string relative_main(const ParseRequest& request) {
  llvm::StringRef path(request.file);
  const bool inside = path.consume_front(request.root) && (path.consume_front("/") || request.root == "/");
  return inside ? path.str() : request.file;
}

void run(const ParseRequest& request, UnitFacts& facts) {
  ErrorList errors(request);
  auto files = file_system(request);
  auto invocation = make_invocation(request, errors, files);
  if (invocation != nullptr) {
    tune(*invocation);
    clang::CompilerInstance compiler;
    compiler.setInvocation(std::move(invocation));
    compiler.setVerboseOutputStream(std::make_unique<llvm::raw_null_ostream>());  // "7 errors generated."
    compiler.createFileManager(files);
    compiler.createDiagnostics(&errors, /*ShouldOwnClient=*/false);
    compiler.getDiagnostics().setFatalsAsError(true);  // a missing header must not end the parse
    Action action(request, facts);
    if (!compiler.ExecuteAction(action) && errors.errors.empty())
      errors.errors.push_back({{}, "the front end stopped without a message", true});
  } else if (errors.errors.empty()) {
    errors.errors.push_back({{}, "the command has no compilation in it", true});
  }
  facts.errors = std::move(errors.errors);
}

}  // namespace

UnitFacts parse_unit(const ParseRequest& request) {
  static std::once_flag enabled;
  std::call_once(enabled, [] { llvm::CrashRecoveryContext::Enable(); });
  UnitFacts facts;
  facts.main_file = relative_main(request);
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
