// Takes what a unit of a merged parse declared itself out of Clang's lookup tables, so that the next unit
// neither sees it nor clashes with it; what a header had declared before is seen again. Internal to facts/:
// sees Clang.
#pragma once

#include <clang/AST/DeclBase.h>
#include <clang/Sema/Sema.h>
#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/STLFunctionalExtras.h>

namespace banyan::facts {

// `own` says whether a declaration stands in a file of the unit itself.
void hide_own_names(llvm::ArrayRef<clang::Decl*> declarations, clang::Sema& sema,
                    llvm::function_ref<bool(const clang::Decl*)> own);

// One name out of the lookup table of its context, and back.
void hide_name(clang::NamedDecl* named);
void show_name(clang::NamedDecl* named);

}  // namespace banyan::facts
