#include "analyzer/cli/write_file.hpp"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/raw_ostream.h>

namespace banyan::cli {

std::string write_file(const std::string& file, const std::string& content) {
  const std::string temporary = file + ".new";
  std::error_code error;
  {
    llvm::raw_fd_ostream out(temporary, error);
    if (!error) out << content;
    out.flush();
    if (!error && out.has_error()) error = out.error();
    out.clear_error();
  }
  if (!error) error = llvm::sys::fs::rename(temporary, file);
  return error ? "cannot write " + file + ": " + error.message() : std::string();
}

}  // namespace banyan::cli
