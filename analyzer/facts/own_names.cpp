#include "analyzer/facts/own_names.hpp"

#include <clang/AST/DeclContextInternals.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclFriend.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Sema/Scope.h>

namespace banyan::facts {
namespace {

using clang::Decl;
using clang::DeclContext;
using clang::NamedDecl;

bool holds(const clang::StoredDeclsList& list, const NamedDecl* named) {
  for (const NamedDecl* found : list.getLookupResult()) {
    if (found == named) return true;
  }
  return false;
}

void replace(DeclContext* context, NamedDecl* named, NamedDecl* earlier) {
  clang::StoredDeclsMap* map = context->getLookupPtr();
  if (map == nullptr) return;
  const auto entry = map->find(named->getDeclName());
  if (entry == map->end() || entry->second.isNull() || !holds(entry->second, named)) return;
  entry->second.remove(named);
  if (earlier != nullptr && (entry->second.isNull() || !holds(entry->second, earlier))) {
    entry->second.addOrReplaceDecl(earlier);
  } else if (entry->second.isNull()) {
    map->erase(entry);
  }
}

class Hiding {
 public:
  Hiding(clang::Sema& sema, llvm::function_ref<bool(const Decl*)> own) : sema_(sema), own_(own) {}

  void declaration(Decl* declaration) {
    if (auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration)) {
      for (Decl* inner : space->decls()) this->declaration(inner);
      if (space->isAnonymousNamespace() || !own_(space->getCanonicalDecl())) return;
    } else if (auto* linkage = llvm::dyn_cast<clang::LinkageSpecDecl>(declaration)) {
      for (Decl* inner : linkage->decls()) this->declaration(inner);
      return;
    }
    if (!own_(declaration)) return;
    // The directive into the unnamed namespace is made once, by the first unit that has one.
    if (declaration->isImplicit() && llvm::isa<clang::UsingDirectiveDecl>(declaration)) return;
    if (auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(declaration)) {
      for (Decl* inner : enumeration->decls()) name(llvm::dyn_cast<NamedDecl>(inner));
    }
    if (auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration)) friends_of(record);
    if (auto* tmpl = llvm::dyn_cast<clang::ClassTemplateDecl>(declaration)) friends_of(tmpl->getTemplatedDecl());
    name(llvm::dyn_cast<NamedDecl>(declaration));
  }

 private:
  void friends_of(clang::CXXRecordDecl* record) {
    if (!record->isThisDeclarationADefinition()) return;
    for (clang::FriendDecl* befriended : record->friends()) name(befriended->getFriendDecl());
    for (Decl* inner : record->decls()) {
      if (auto* nested = llvm::dyn_cast<clang::CXXRecordDecl>(inner); nested && !nested->isImplicit())
        friends_of(nested);
    }
  }

  void name(NamedDecl* named) {
    if (named == nullptr || !named->getDeclName()) return;
    NamedDecl* earlier = nullptr;
    for (Decl* previous = named->getPreviousDecl(); previous != nullptr && earlier == nullptr;
         previous = previous->getPreviousDecl()) {
      if (!own_(previous)) earlier = llvm::cast<NamedDecl>(previous);
    }
    const bool in_scope = leave_scope(named);
    if (earlier != nullptr && in_scope && !in_identifier_chain(earlier)) {
      sema_.TUScope->AddDecl(earlier);
      sema_.IdResolver.AddDecl(earlier);
    }
    for (DeclContext* context = named->getDeclContext(); context != nullptr; context = context->getParent()) {
      replace(context->getPrimaryContext(), named, earlier);
      if (!context->isTransparentContext() && !context->isInlineNamespace()) break;
    }
  }

  bool in_identifier_chain(const NamedDecl* named) {
    if (llvm::isa<clang::UsingDirectiveDecl>(named)) return false;  // its name has no chain
    auto entry = sema_.IdResolver.begin(named->getDeclName());
    for (; entry != sema_.IdResolver.end(); ++entry) {
      if (*entry == named) return true;
    }
    return false;
  }

  bool leave_scope(NamedDecl* named) {
    if (!in_identifier_chain(named)) return false;
    sema_.TUScope->RemoveDecl(named);
    sema_.IdResolver.RemoveDecl(named);
    return true;
  }

  clang::Sema& sema_;
  llvm::function_ref<bool(const Decl*)> own_;
};

}  // namespace

void hide_name(NamedDecl* named) { replace(named->getDeclContext()->getPrimaryContext(), named, nullptr); }

void show_name(NamedDecl* named) {
  clang::StoredDeclsMap* map = named->getDeclContext()->getPrimaryContext()->getLookupPtr();
  if (map == nullptr) return;
  clang::StoredDeclsList& list = (*map)[named->getDeclName()];
  if (list.isNull() || !holds(list, named)) list.addOrReplaceDecl(named);
}

void hide_own_names(llvm::ArrayRef<Decl*> declarations, clang::Sema& sema,
                    llvm::function_ref<bool(const Decl*)> own) {
  Hiding hiding(sema, own);
  for (Decl* declaration : declarations) hiding.declaration(declaration);
}

}  // namespace banyan::facts
