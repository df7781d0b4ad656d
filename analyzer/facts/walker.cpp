#include "analyzer/facts/walker.hpp"

#include <clang/AST/RecursiveASTVisitor.h>

#include <utility>

namespace banyan::facts {
namespace {

// Restores a value when the walk leaves what changed it.
template <class T>
class Scoped {
 public:
  Scoped(T& place, T value) : place_(place), old_(std::exchange(place, std::move(value))) {}
  ~Scoped() { place_ = std::move(old_); }
  Scoped(const Scoped&) = delete;
  Scoped& operator=(const Scoped&) = delete;

 private:
  T& place_;
  T old_;
};

bool leaves(const clang::Stmt* statement) {
  if (const auto* block = llvm::dyn_cast_or_null<clang::CompoundStmt>(statement))
    statement = block->body_empty() ? nullptr : block->body_back();
  if (const auto* expression = llvm::dyn_cast_or_null<clang::Expr>(statement))
    return llvm::isa<clang::CXXThrowExpr>(strip(expression));
  return llvm::isa_and_nonnull<clang::ReturnStmt, clang::BreakStmt, clang::ContinueStmt, clang::GotoStmt>(
      statement);
}

class Walker : public clang::RecursiveASTVisitor<Walker> {
  using Base = clang::RecursiveASTVisitor<Walker>;

 public:
  explicit Walker(Collector& collector) : out_(collector) {}

  bool shouldWalkTypesOfTypeLocs() const { return false; }

  bool TraverseDecl(clang::Decl* declaration) {
    if (declaration == nullptr) return true;
    const auto* around = declaration->getDeclContext();
    const bool at_file_level =
        around != nullptr && (around->isFileContext() || llvm::isa<clang::LinkageSpecDecl>(around));
    const bool container =
        llvm::isa<clang::NamespaceDecl, clang::LinkageSpecDecl, clang::TranslationUnitDecl>(declaration);
    if (at_file_level && !container && !out_.files.in_project(declaration->getLocation())) return true;
    const auto* written_in = declaration->getLexicalDeclContext();
    if (written_in != nullptr && !container &&
        (written_in->isFileContext() || llvm::isa<clang::LinkageSpecDecl>(written_in)))
      out_.sight.stand_in(declaration->getLocation());
    const bool scope = opens_scope(declaration);
    if (scope) out_.scopes.push_back(out_.names.usr(llvm::cast<clang::NamedDecl>(declaration)));
    bool result = true;
    if (llvm::isa<clang::FunctionDecl>(declaration)) {
      Scoped<StringFlow> fresh(out_.strings.flow, StringFlow{});
      result = Base::TraverseDecl(declaration);
    } else {
      result = Base::TraverseDecl(declaration);
    }
    if (scope) out_.scopes.pop_back();
    return result;
  }

  // The semantic form only: it has the conversions, and both forms hold the same elements.
  bool TraverseInitListExpr(clang::InitListExpr* list, DataRecursionQueue* = nullptr) {
    clang::InitListExpr* form = list->isSemanticForm() ? list : list->getSemanticForm();
    if (form == nullptr) form = list;
    out_.registration_row(form);
    for (clang::Stmt* element : form->children()) {
      if (!TraverseStmt(element)) return false;
    }
    return true;
  }

  bool TraverseLambdaExpr(clang::LambdaExpr* lambda, DataRecursionQueue* = nullptr) {
    out_.lambda(lambda);
    out_.scopes.push_back(out_.names.usr(lambda->getCallOperator()));
    const bool result = Base::TraverseLambdaExpr(lambda);
    out_.scopes.pop_back();
    return result;
  }

  bool TraverseCompoundStmt(clang::CompoundStmt* block, DataRecursionQueue* = nullptr) {
    out_.block_ends.push_back(out_.files.line(block->getRBracLoc()));
    const bool result = Base::TraverseCompoundStmt(block);
    out_.block_ends.pop_back();
    return result;
  }

  bool TraverseIfStmt(clang::IfStmt* statement, DataRecursionQueue* = nullptr) {
    if (!TraverseStmt(statement->getInit()) || !TraverseStmt(statement->getConditionVariableDeclStmt()))
      return false;
    if (statement->getConditionVariable() == nullptr && !TraverseStmt(statement->getCond())) return false;
    StringFlow& flow = out_.strings.flow;
    StringFlow before = flow;
    if (!TraverseStmt(statement->getThen())) return false;
    StringFlow after_then = std::exchange(flow, std::move(before));
    if (!TraverseStmt(statement->getElse())) return false;
    if (leaves(statement->getElse())) {
      flow = std::move(after_then);
    } else if (!leaves(statement->getThen())) {
      flow = join(std::move(after_then), flow);
    }
    return true;
  }

  bool TraverseSwitchStmt(clang::SwitchStmt* statement, DataRecursionQueue* = nullptr) {
    Scoped<StringFlow> entry(switch_entry_, out_.strings.flow);
    Scoped<StringFlow> exits(switch_exits_, StringFlow{});
    const bool result = Base::TraverseSwitchStmt(statement);
    out_.strings.flow = join(std::move(out_.strings.flow), switch_exits_);
    return result;
  }

  bool VisitSwitchCase(clang::SwitchCase*) {
    switch_exits_ = join(std::move(switch_exits_), std::exchange(out_.strings.flow, switch_entry_));
    return true;
  }

  bool TraverseForStmt(clang::ForStmt* s, DataRecursionQueue* = nullptr) {
    return loop([&] { return Base::TraverseForStmt(s); });
  }
  bool TraverseWhileStmt(clang::WhileStmt* s, DataRecursionQueue* = nullptr) {
    return loop([&] { return Base::TraverseWhileStmt(s); });
  }
  bool TraverseCXXForRangeStmt(clang::CXXForRangeStmt* s, DataRecursionQueue* = nullptr) {
    return loop([&] { return Base::TraverseCXXForRangeStmt(s); });
  }

  bool TraverseConstructorInitializer(clang::CXXCtorInitializer* initializer) {
    if (initializer->isWritten() && initializer->isAnyMemberInitializer()) {
      const clang::FieldDecl* field = initializer->getAnyMember();
      out_.reference(field, initializer->getMemberLocation(), ReferenceKind::field_use);
      out_.string_member(field, initializer->getInit());
    }
    return Base::TraverseConstructorInitializer(initializer);
  }

  // Types, with the way they are used.
  bool TraversePointerTypeLoc(clang::PointerTypeLoc t) {
    return using_as(ReferenceKind::type_pointer, [&] { return Base::TraversePointerTypeLoc(t); });
  }
  bool TraverseLValueReferenceTypeLoc(clang::LValueReferenceTypeLoc t) {
    return using_as(ReferenceKind::type_pointer, [&] { return Base::TraverseLValueReferenceTypeLoc(t); });
  }
  bool TraverseRValueReferenceTypeLoc(clang::RValueReferenceTypeLoc t) {
    return using_as(ReferenceKind::type_pointer, [&] { return Base::TraverseRValueReferenceTypeLoc(t); });
  }
  bool TraverseTemplateArgumentLoc(const clang::TemplateArgumentLoc& a) {
    return using_as(ReferenceKind::type_template_argument,
                    [&] { return Base::TraverseTemplateArgumentLoc(a); });
  }
  bool TraverseCXXBaseSpecifier(const clang::CXXBaseSpecifier& base) {
    needs(base.getType(), base.getBeginLoc());
    return using_as(ReferenceKind::type_base, [&] { return Base::TraverseCXXBaseSpecifier(base); });
  }
  // A default argument is the business of the declaration that writes it.
  bool TraverseParmVarDecl(clang::ParmVarDecl* parameter) {
    if (!parameter->hasInheritedDefaultArg()) return Base::TraverseParmVarDecl(parameter);
    const auto* type = parameter->getTypeSourceInfo();
    return WalkUpFromParmVarDecl(parameter) && (type == nullptr || TraverseTypeLoc(type->getTypeLoc()));
  }
  bool TraverseFieldDecl(clang::FieldDecl* field) {
    return using_as(ReferenceKind::type_field, [&] { return Base::TraverseFieldDecl(field); });
  }
  bool TraverseStmt(clang::Stmt* statement, DataRecursionQueue* queue = nullptr) {
    if (use_ == ReferenceKind::type_value) return Base::TraverseStmt(statement, queue);
    return using_as(ReferenceKind::type_value, [&] { return Base::TraverseStmt(statement); });
  }
  bool VisitTagTypeLoc(clang::TagTypeLoc t) { return type(t.getDecl(), t.getBeginLoc()); }
  bool VisitTypedefTypeLoc(clang::TypedefTypeLoc t) { return type(t.getTypedefNameDecl(), t.getBeginLoc()); }
  bool VisitInjectedClassNameTypeLoc(clang::InjectedClassNameTypeLoc t) {
    return type(t.getDecl(), t.getBeginLoc());
  }
  bool VisitUsingTypeLoc(clang::UsingTypeLoc t) { return type(t.getFoundDecl(), t.getBeginLoc()); }
  bool VisitTemplateSpecializationTypeLoc(clang::TemplateSpecializationTypeLoc t) {
    const clang::TemplateDecl* named = t.getTypePtr()->getTemplateName().getAsTemplateDecl();
    return named == nullptr || type(named, t.getTemplateNameLoc());
  }

  // Declarations.
  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    out_.symbol(function);
    out_.signature(function);
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    if (method != nullptr && !method->isImplicit()) out_.overrides(method);
    return true;
  }
  // `friend class X;` or `class X* x` declares X only where nothing before it has: no fact of the file.
  bool VisitTagDecl(clang::TagDecl* tag) {
    const bool by_the_way = !tag->isFreeStanding() || tag->getFriendObjectKind() != clang::Decl::FOK_None;
    if (by_the_way && !tag->isThisDeclarationADefinition()) return true;
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(tag);
    if (record == nullptr || (!record->isLambda() && !record->isInjectedClassName())) out_.symbol(tag);
    return true;
  }
  bool VisitEnumConstantDecl(clang::EnumConstantDecl* d) { return out_.symbol(d), true; }
  bool VisitTypedefNameDecl(clang::TypedefNameDecl* d) { return out_.symbol(d), true; }
  bool VisitConceptDecl(clang::ConceptDecl* d) { return out_.symbol(d), true; }
  bool VisitFieldDecl(clang::FieldDecl* field) {
    needs(field->getType(), field->getLocation());
    out_.symbol(field);
    if (field->hasInClassInitializer()) out_.string_member(field, field->getInClassInitializer());
    return true;
  }
  bool VisitVarDecl(clang::VarDecl* variable) {
    if (!llvm::isa<clang::ParmVarDecl>(variable) && !variable->hasExternalStorage())
      needs(variable->getType(), variable->getLocation());
    if (variable->hasGlobalStorage()) out_.symbol(variable);
    out_.guard(variable);
    out_.string_variable(variable);
    return true;
  }

  // Expressions.
  bool VisitCallExpr(clang::CallExpr* call) {
    out_.call(call);
    out_.string_call(call);
    out_.registration(call);
    return true;
  }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr* construction) {
    use(construction->getConstructor(), construction->getLocation());
    out_.construction(construction);
    const llvm::ArrayRef<const clang::Expr*> arguments(construction->getArgs(), construction->getNumArgs());
    const bool text = is_string_type(construction->getType()) || is_string_stream(construction->getType());
    if (!text) out_.string_arguments(construction, construction->getConstructor(), {}, arguments);
    out_.registration(construction);
    return true;
  }
  bool VisitCXXUnresolvedConstructExpr(clang::CXXUnresolvedConstructExpr* construction) {
    std::vector<const clang::Expr*> arguments(construction->arg_begin(), construction->arg_end());
    out_.string_arguments(construction, nullptr, out_.names.type(construction->getTypeAsWritten()),
                          arguments);
    return true;
  }
  bool VisitDeclRefExpr(clang::DeclRefExpr* e) {
    use(e->getDecl(), e->getLocation());
    if (e->getFoundDecl() != e->getDecl()) use(e->getFoundDecl(), e->getLocation());
    return out_.named(e), true;
  }
  bool VisitMemberExpr(clang::MemberExpr* e) {
    use(e->getMemberDecl(), e->getMemberLoc());
    return out_.member(e), true;
  }
  bool VisitOverloadExpr(clang::OverloadExpr* e) {
    if (out_.uses != nullptr)
      out_.uses->candidates(llvm::SmallVector<const clang::NamedDecl*>(e->decls_begin(), e->decls_end()), e->getNameLoc());
    return out_.unresolved(e), true;
  }
  // What needs a complete type, or names something without an expression of its own.
  bool VisitExpr(clang::Expr* e) {
    if (out_.uses != nullptr && e->isTypeDependent()) out_.uses->dependent(e->getExprLoc());
    if (e->isPRValue()) needs(e->getType(), e->getExprLoc());
    return true;
  }
  bool VisitCastExpr(clang::CastExpr* e) {
    const auto kind = e->getCastKind();
    if (kind == clang::CK_DerivedToBase || kind == clang::CK_UncheckedDerivedToBase ||
        kind == clang::CK_BaseToDerived || kind == clang::CK_Dynamic) {
      const clang::QualType from = e->getSubExpr()->getType();
      needs(from->isPointerType() ? from->getPointeeType() : from, e->getExprLoc());
    }
    return true;
  }
  bool VisitUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr* e) {
    return needs(e->getTypeOfArgument(), e->getExprLoc()), true;
  }
  bool VisitCXXNewExpr(clang::CXXNewExpr* e) { return needs(e->getAllocatedType(), e->getExprLoc()), true; }
  bool VisitCXXForRangeStmt(clang::CXXForRangeStmt* s) {
    if (s->getRangeInit() != nullptr) needs(s->getRangeInit()->getType(), s->getForLoc());
    return true;
  }
  bool VisitConceptReference(clang::ConceptReference* c) {
    return use(c->getNamedConcept(), c->getConceptNameLoc()), true;
  }
  bool VisitUsingDecl(clang::UsingDecl* d) {
    llvm::SmallVector<const clang::NamedDecl*> found;
    for (const auto* shadow : d->shadows()) found.push_back(shadow->getTargetDecl());
    if (out_.uses != nullptr) out_.uses->candidates(found, d->getLocation());
    return true;
  }
  bool VisitUsingDirectiveDecl(clang::UsingDirectiveDecl* d) {
    return use(d->getNominatedNamespaceAsWritten(), d->getLocation()), true;
  }
  bool VisitStringLiteral(clang::StringLiteral* e) { return out_.string_literal(e), true; }
  bool VisitReturnStmt(clang::ReturnStmt* s) { return out_.string_returned(s->getRetValue()), true; }
  bool VisitUnaryOperator(clang::UnaryOperator* e) {
    if (e->isIncrementDecrementOp()) out_.mark_written(e->getSubExpr());
    return true;
  }
  bool VisitBinaryOperator(clang::BinaryOperator* e) {
    if (!e->isAssignmentOp()) return true;
    out_.mark_written(e->getLHS());
    out_.string_assigned(e);
    out_.registration(e);
    return true;
  }
  bool VisitCXXDeleteExpr(clang::CXXDeleteExpr* e) {
    const auto* record =
        e->getDestroyedType().isNull() ? nullptr : e->getDestroyedType()->getAsCXXRecordDecl();
    const bool known = record != nullptr && record->hasDefinition() && out_.sight.sees(record->getDefinition());
    if (known && record->getDestructor() != nullptr)
      out_.reference(record->getDestructor(), e->getBeginLoc(), ReferenceKind::call);
    return true;
  }

 private:
  static bool opens_scope(const clang::Decl* declaration) {
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration)) return variable->isFileVarDecl();
    if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration)) return !record->isLambda();
    return llvm::isa<clang::FunctionDecl, clang::RecordDecl>(declaration);
  }

  template <class Inner>
  bool using_as(ReferenceKind use, Inner inner) {
    Scoped<ReferenceKind> scoped(use_, use);
    return inner();
  }

  // The body may run or not.
  template <class Body>
  bool loop(Body body) {
    StringFlow before = out_.strings.flow;
    const bool result = body();
    out_.strings.flow = join(std::move(out_.strings.flow), before);
    return result;
  }

  void use(const clang::NamedDecl* target, clang::SourceLocation at) {
    if (out_.uses != nullptr && target != nullptr) out_.uses->name(target, at);
  }
  void needs(clang::QualType type, clang::SourceLocation at) {
    if (out_.uses != nullptr && !type.isNull()) out_.uses->complete(type, at);
  }

  bool type(const clang::NamedDecl* target, clang::SourceLocation at) {
    use(target, at);
    if (target != nullptr && out_.of_project(target)) out_.reference(target, at, use_);
    return true;
  }

  Collector& out_;
  ReferenceKind use_ = ReferenceKind::type_value;
  StringFlow switch_entry_;
  StringFlow switch_exits_;
};

}  // namespace

void walk(clang::ASTContext& context, Collector& collector) { Walker(collector).TraverseAST(context); }

void walk(llvm::ArrayRef<clang::Decl*> declarations, Collector& collector) {
  Walker walker(collector);
  for (clang::Decl* declaration : declarations) {
    const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration);
    if (record == nullptr || !record->isLambda()) walker.TraverseDecl(declaration);
  }
}

}  // namespace banyan::facts
