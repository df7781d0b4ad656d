// Walks the project's declarations of a parsed unit and tells the collector what it meets; it never judges.
// Internal to facts/: sees Clang.
#pragma once

#include "analyzer/facts/collector.hpp"

#include <clang/AST/ASTContext.h>

namespace banyan::facts {

void walk(clang::ASTContext& context, Collector& collector);
void walk(llvm::ArrayRef<clang::Decl*> declarations, Collector& collector);

}  // namespace banyan::facts
