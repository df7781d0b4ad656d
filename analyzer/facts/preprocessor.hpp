// Includes, macro definitions and macro uses in the project's files, while the unit is read.
// Internal to facts/: sees Clang.
#pragma once

#include "analyzer/facts/collector.hpp"

#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>

#include <memory>

namespace banyan::facts {

std::unique_ptr<clang::PPCallbacks> watch_preprocessor(clang::Preprocessor& preprocessor,
                                                       Collector& collector);

// Words, line count and digest of every project file the unit read; gives macro uses their enclosing
// function.
void finish_files(const clang::LangOptions& language, Collector& collector);
// The same for the files that were entered since `from`, an index into the source manager's entries; returns
// the next `from`.
unsigned finish_files(const clang::LangOptions& language, Collector& collector, unsigned from);

std::string content_digest(llvm::StringRef content);

}  // namespace banyan::facts
