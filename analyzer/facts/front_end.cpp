#include "analyzer/facts/front_end.hpp"

#include "analyzer/facts/source_files.hpp"

#include <clang/Basic/DiagnosticOptions.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/HeaderSearchOptions.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>

namespace banyan::facts {
namespace {

constexpr std::size_t kMaxErrors = 50;

void tune(clang::CompilerInvocation& invocation) {
  invocation.getDiagnosticOpts().IgnoreWarnings = true;
  invocation.getDiagnosticOpts().ErrorLimit = 0;
  invocation.getFrontendOpts().SkipFunctionBodies = true;  // of system headers: the consumer decides
  invocation.getFrontendOpts().DisableFree = false;
  invocation.getLangOpts().CommentOpts.ParseAllComments = false;
  invocation.getLangOpts().RetainCommentsFromSystemHeaders = false;
  invocation.getLangOpts().SpellChecking = false;
  invocation.getPreprocessorOpts().DetailedRecord = false;
  invocation.getPreprocessorOpts().ImplicitPCHInclude.clear();
}

}  // namespace

void ErrorList::HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) {
  DiagnosticConsumer::HandleDiagnostic(level, info);
  if (level < clang::DiagnosticsEngine::Error) return;
  places.push_back(info.getLocation());
  if (errors.size() >= kMaxErrors) return;
  Diagnostic error;
  llvm::SmallString<256> message;
  info.FormatDiagnostic(message);
  error.message = std::string(message);
  error.fatal = level == clang::DiagnosticsEngine::Fatal || message.ends_with("file not found");
  if (info.hasSourceManager() && info.getLocation().isValid()) error.at = locate(info);
  errors.push_back(std::move(error));
}

Location ErrorList::locate(const clang::Diagnostic& info) const {
  const auto& sources = info.getSourceManager();
  const auto place =
      sources.getPresumedLoc(sources.getFileLoc(info.getLocation()), /*UseLineDirectives=*/false);
  if (place.isInvalid()) return {};
  const SourceFiles files(sources, clang::LangOptions(), request_.root, request_.directory);
  std::string path = files.relative(place.getFilename(), {});
  if (path.empty()) path = files.absolute(place.getFilename());
  return {path, place.getLine(), place.getColumn()};
}

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
  // However the build spelled the source, __FILE__ is the same.
  if (!arguments.empty() && !request.file.empty()) arguments.back() = request.file.c_str();
  auto options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  options->IgnoreWarnings = true;
  clang::CreateInvocationOptions create;
  create.Diags =
      clang::CompilerInstance::createDiagnostics(options.get(), &errors, /*ShouldOwnClient=*/false);
  create.VFS = std::move(files);
  create.RecoverOnError = true;
  return clang::createInvocation(arguments, create);
}

bool run_action(const ParseRequest& request, ErrorList& errors, clang::FrontendAction& action) {
  auto files = file_system(request);
  auto invocation = make_invocation(request, errors, files);
  if (invocation == nullptr) {
    if (errors.errors.empty()) errors.errors.push_back({{}, "the command has no compilation in it", true});
    return true;
  }
  tune(*invocation);
  clang::CompilerInstance compiler;
  compiler.setInvocation(std::move(invocation));
  compiler.setVerboseOutputStream(std::make_unique<llvm::raw_null_ostream>());  // "7 errors generated."
  compiler.createFileManager(files);
  compiler.createDiagnostics(&errors, /*ShouldOwnClient=*/false);
  compiler.getDiagnostics().setFatalsAsError(true);  // a missing header must not end the parse
  return compiler.ExecuteAction(action) || !errors.errors.empty();
}

void enable_crash_recovery() {
  static std::once_flag enabled;
  std::call_once(enabled, [] { llvm::CrashRecoveryContext::Enable(); });
}

std::string main_file_of(const ParseRequest& request) {
  llvm::StringRef path(request.file);
  const bool inside = path.consume_front(request.root) && (path.consume_front("/") || request.root == "/");
  return inside ? path.str() : request.file;
}

}  // namespace banyan::facts
