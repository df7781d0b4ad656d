#include "analyzer/facts/unit_sight.hpp"

#include "analyzer/facts/merged.hpp"
#include "analyzer/facts/own_names.hpp"

#include <clang/AST/DeclTemplate.h>
#include <clang/Lex/MacroInfo.h>

#include <algorithm>

namespace banyan::facts {
namespace {

// Their value depends on what was read before, or on which file is the main one.
bool counts_or_positions(llvm::StringRef name) {
  return name == "__COUNTER__" || name == "__INCLUDE_LEVEL__" || name == "__BASE_FILE__";
}

bool has_include(llvm::StringRef text) {
  for (std::size_t at = text.find('#'); at != llvm::StringRef::npos; at = text.find('#', at + 1)) {
    if (text.substr(at + 1).ltrim(" \t").starts_with("include")) return true;
  }
  return false;
}

}  // namespace

class SightWatch : public clang::PPCallbacks {
 public:
  explicit SightWatch(UnitSight& sight) : sight_(sight) {}

  void InclusionDirective(clang::SourceLocation hash, const clang::Token&, llvm::StringRef, bool,
                          clang::CharSourceRange, clang::OptionalFileEntryRef file, llvm::StringRef,
                          llvm::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    const auto& sources = sight_.preprocessor_.getSourceManager();
    if (sources.isInMainFile(hash)) {  // the buffer that lists the units
      if (file) sight_.begin(*file);
      return;
    }
    sight_.condition_counts(false);
    if (sight_.collector_.files.entry(hash) == sight_.source_) sight_.offset_ = sources.getFileOffset(hash);
  }
  void FileSkipped(const clang::FileEntryRef& file, const clang::Token& name,
                   clang::SrcMgr::CharacteristicKind) override {
    const bool unit = sight_.preprocessor_.getSourceManager().isInMainFile(name.getLocation());
    if (unit) sight_.doubt("its source was included before");
    if (!unit) sight_.skip(sight_.preprocessor_.getSourceManager().getFileID(name.getLocation()), file);
  }
  void FileChanged(clang::SourceLocation at, FileChangeReason reason, clang::SrcMgr::CharacteristicKind,
                   clang::FileID previous) override {
    if (reason == ExitFile) sight_.leave(previous);
    if (reason != EnterFile) return;
    const auto& sources = sight_.preprocessor_.getSourceManager();
    const clang::FileID id = sources.getFileID(at);
    if (id == sources.getMainFileID()) return;
    const auto file = sources.getFileEntryRefForID(id);
    if (!file) return;
    if (sight_.collector_.files.project_path(id) != nullptr) sight_.project_files_.insert(&file->getFileEntry());
    sight_.enter(id, *file);
  }
  void MacroDefined(const clang::Token& name, const clang::MacroDirective* directive) override {
    sight_.macro_changed(name, directive);
  }
  void MacroUndefined(const clang::Token& name, const clang::MacroDefinition&,
                      const clang::MacroDirective* directive) override {
    if (directive != nullptr) sight_.macro_changed(name, directive);
  }
  void MacroExpands(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange,
                    const clang::MacroArgs*) override {
    sight_.macro_used(name, macro.getMacroInfo());
  }
  void Defined(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange) override {
    sight_.asked(name, macro.getMacroInfo());
    sight_.macro_used(name, macro.getMacroInfo());
  }
  void Ifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    sight_.asked(name, macro.getMacroInfo());
    sight_.macro_used(name, macro.getMacroInfo());
    sight_.open_condition();
  }
  void Ifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    sight_.asked(name, macro.getMacroInfo());
    sight_.macro_used(name, macro.getMacroInfo());
    sight_.open_condition();
  }
  void Elifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    sight_.asked(name, macro.getMacroInfo());
    sight_.macro_used(name, macro.getMacroInfo());
    sight_.extend_condition();
  }
  void Elifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    sight_.asked(name, macro.getMacroInfo());
    sight_.macro_used(name, macro.getMacroInfo());
    sight_.extend_condition();
  }

  void If(clang::SourceLocation, clang::SourceRange, ConditionValueKind) override { sight_.open_condition(); }
  void Elif(clang::SourceLocation, clang::SourceRange, ConditionValueKind, clang::SourceLocation) override {
    sight_.extend_condition();
  }
  void Endif(clang::SourceLocation, clang::SourceLocation) override { sight_.close_condition(); }
  void SourceRangeSkipped(clang::SourceRange range, clang::SourceLocation) override {
    const auto& sources = sight_.preprocessor_.getSourceManager();
    const auto [id, begin] = sources.getDecomposedLoc(range.getBegin());
    const unsigned end = sources.getFileOffset(range.getEnd());
    if (has_include(sources.getBufferData(id).slice(begin, end))) sight_.condition_counts(true);
  }

 private:
  UnitSight& sight_;
};

UnitSight::UnitSight(Collector& collector, clang::Preprocessor& preprocessor)
    : collector_(collector), preprocessor_(preprocessor), graph_(collector.sight.graph) {
  collector.uses = this;
}

std::unique_ptr<clang::PPCallbacks> UnitSight::watch() { return std::make_unique<SightWatch>(*this); }

void UnitSight::begin(clang::FileEntryRef source) {
  source_ = &source.getFileEntry();
  offset_ = 0;
  for (const auto& [forced, name] : forced_) revisit(forced, name);
}

void UnitSight::doubt(std::string reason) {
  if (doubt_.empty()) doubt_ = std::move(reason);
}

// The use of something that only a neighbour made visible; a header that did so cannot be trusted later either.
void UnitSight::leak(clang::SourceLocation at, const std::string& what) {
  doubt("sees " + what + " through a neighbour");
  const FileKey file = collector_.files.entry(at);
  if (file != source_) tainted_.insert(file);
}

void UnitSight::visit(clang::FileEntryRef file, bool real) {
  const FileKey key = &file.getFileEntry();
  const auto [entry, fresh] = entered_.try_emplace(key, Visit{++tick_, offset_, file, real});
  if (fresh) {
    order_.push_back(key);
    if (const auto opened = directives_.find(key); opened != directives_.end()) {
      for (clang::UsingDirectiveDecl* directive : opened->second) show_name(directive);
    }
  }
  if (!fresh) entry->second.real = entry->second.real || real;
}

void UnitSight::enter(clang::FileID id, clang::FileEntryRef file) {
  const auto& sources = preprocessor_.getSourceManager();
  const clang::FileID from = sources.getFileID(sources.getIncludeLoc(id));
  enterings_.try_emplace(id, Entering{file, tick_, {}, {}});
  all_enterings_[&file.getFileEntry()].push_back(id);
  if (const auto parent = enterings_.find(from); parent != enterings_.end()) {
    parent->second.includes.push_back({id, file, tick_});
  } else if (!sources.isInMainFile(sources.getIncludeLoc(id))) {
    forced_.emplace_back(id, file);
  }
  visit(file, true);
}

void UnitSight::skip(clang::FileID from, clang::FileEntryRef file) {
  const auto known = all_enterings_.find(&file.getFileEntry());
  if (known == all_enterings_.end()) return doubt("skips a file that was never read");
  const clang::FileID first = known->second.front();
  if (const auto parent = enterings_.find(from); parent != enterings_.end())
    parent->second.includes.push_back({first, file, tick_});
  revisit(first, file);
}

void UnitSight::macro_changed(const clang::Token& name, const clang::MacroDirective* directive) {
  const FileKey file = collector_.files.entry(name.getLocation());
  if (file == nullptr) return;  // the command line's, the same for all
  const clang::MacroDirective* previous = directive->getPrevious();
  clang::MacroInfo* before =
      previous != nullptr && previous->isDefined() ? const_cast<clang::MacroInfo*>(previous->getMacroInfo()) : nullptr;
  MacroChange change{file, ++tick_, unit_};
  if (const auto* defined = llvm::dyn_cast<clang::DefMacroDirective>(directive)) {
    change.info = const_cast<clang::MacroInfo*>(defined->getInfo());
    change.meaning = 1 + preprocessor_.getSourceManager().getFileOffset(change.info->getDefinitionLoc());
  }
  change.project = in_project(file);
  macros_.add(name.getIdentifierInfo(), before, change);
}

void UnitSight::macro_used(const clang::Token& name, const clang::MacroInfo* info) {
  if (info == nullptr) return;
  const FileKey from = collector_.files.entry(name.getLocation());
  if (info->isBuiltinMacro()) {
    if (in_project(from) && counts_or_positions(name.getIdentifierInfo()->getName()))
      leak(name.getLocation(), name.getIdentifierInfo()->getName().str());
    return;
  }
  const FileKey target = collector_.files.entry(info->getDefinitionLoc());
  if (target == nullptr || target == from || entered_.contains(target)) return;
  if (!in_project(from) && !in_project(target)) return;  // system headers stand for themselves
  leak(name.getLocation(), "the macro " + name.getIdentifierInfo()->getName().str());
}

bool UnitSight::visible_file(FileKey target, clang::SourceLocation at, FileKey from) {
  if (target == nullptr || target == from || from == nullptr || own(target)) return true;
  if (!own(from)) return graph_.reaches(from, target);
  const auto visit = entered_.find(target);
  if (visit == entered_.end()) return false;
  const auto& sources = collector_.files.sources();
  return from != source_ || visit->second.offset < sources.getFileOffset(sources.getExpansionLoc(at));
}

bool UnitSight::visible(const clang::NamedDecl* declaration, clang::SourceLocation at, FileKey from) {
  for (const clang::Decl* one : declaration->redecls()) {
    if (is_builtin(one)) return true;
    if (visible_file(collector_.files.entry(one->getLocation()), at, from)) return true;
  }
  return false;
}

void UnitSight::name(const clang::NamedDecl* declaration, clang::SourceLocation at) {
  if (const auto* shadow = llvm::dyn_cast<clang::ConstructorUsingShadowDecl>(declaration))
    declaration = shadow->getNominatedBaseClass();
  const FileKey from = collector_.files.entry(at);
  if (visible(declaration, at, from)) return;
  if (own(from)) {
    leak(at, declaration->getQualifiedNameAsString());
  } else if (in_project(from)) {
    foreign_[from].insert(declaration);
  }
}

// One that is visible is enough. A header in which none is names nothing: what it may mean is looked up where its
// template is used.
void UnitSight::candidates(llvm::ArrayRef<const clang::NamedDecl*> found, clang::SourceLocation at) {
  const FileKey from = collector_.files.entry(at);
  if (found.empty() || !own(from)) return;
  for (const clang::NamedDecl* candidate : found) {
    if (visible(candidate, at, from)) return;
  }
  name(found.front(), at);
}

void UnitSight::complete(clang::QualType type, clang::SourceLocation at) {
  const auto* record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (record == nullptr) return;
  if (const auto* pattern = record->getTemplateInstantiationPattern()) record = pattern;
  const clang::CXXRecordDecl* definition = record->getDefinition();
  if (definition == nullptr || definition->isLambda()) return;
  const FileKey from = collector_.files.entry(at);
  if (visible_file(collector_.files.entry(definition->getLocation()), at, from)) return;
  if (own(from)) {
    leak(at, "the definition of " + definition->getQualifiedNameAsString());
  } else if (in_project(from)) {
    foreign_[from].insert(definition);
  }
}

void UnitSight::dependent(clang::SourceLocation at) {
  const FileKey from = collector_.files.entry(at);
  if (from != nullptr && !own(from)) dependent_.insert(from);
}

void UnitSight::using_directive(clang::UsingDirectiveDecl* directive) {
  const FileKey file = collector_.files.entry(directive->getLocation());
  if (file != nullptr && !own(file)) directives_[file].push_back(directive);
}

void UnitSight::error(clang::SourceLocation at) {
  doubt(kHasErrors);
  const FileKey file = at.isValid() ? collector_.files.entry(at) : nullptr;
  if (file == nullptr || file == source_) return;
  tainted_.insert(file);
  spoilt_ = true;
}

std::vector<clang::FileEntryRef> UnitSight::entered_files() const {
  std::vector<clang::FileEntryRef> out;
  for (const FileKey file : order_) out.push_back(entered_.find(file)->second.ref);
  return out;
}

}  // namespace banyan::facts
