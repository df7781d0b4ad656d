// Setting up Clang for a command: its files, its invocation, its errors. Internal to facts/: sees Clang.
#pragma once

#include "analyzer/facts/parse.hpp"

#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <llvm/Support/VirtualFileSystem.h>

#include <memory>
#include <string>
#include <vector>

namespace banyan::facts {

inline constexpr unsigned kStackSize = 16U << 20U;  // deep expressions recurse

// The first errors of a parse; paths are relative in the project, absolute outside it.
class ErrorList : public clang::DiagnosticConsumer {
 public:
  explicit ErrorList(const ParseRequest& request) : request_(request) {}
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override;

  std::vector<Diagnostic> errors;
  std::vector<clang::SourceLocation> places;  // of every error, also those beyond the first ones

 private:
  Location locate(const clang::Diagnostic& info) const;

  const ParseRequest& request_;
};

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> file_system(const ParseRequest& request);

// Nothing when the command has no compilation in it.
std::shared_ptr<clang::CompilerInvocation> make_invocation(
    const ParseRequest& request, ErrorList& errors, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files);

// Runs the action over the command of `request`; false when the front end gave up without a message.
bool run_action(const ParseRequest& request, ErrorList& errors, clang::FrontendAction& action);

// Once a process; a crash of the front end then ends one parse only.
void enable_crash_recovery();

// Relative to the root, absolute outside it.
std::string main_file_of(const ParseRequest& request);

}  // namespace banyan::facts
