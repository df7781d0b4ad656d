// Which files a unit of a merged parse would have read by itself: what it really enters, and what an earlier unit has
// entered for it.
#include "analyzer/facts/unit_sight.hpp"

#include <algorithm>

namespace banyan::facts {

// What an earlier unit had entered belongs to this one too. A file without a guard may have been entered several
// times, each time for another part of it: the one counts whose conditions would come out the same now.
void UnitSight::revisit(clang::FileID id, clang::FileEntryRef named) {
  const FileKey file = &named.getFileEntry();
  const bool guarded = preprocessor_.getHeaderSearchInfo().isFileMultipleIncludeGuarded(named);
  if (guarded && entered_.contains(file)) return;
  id = fitting(file, id);
  if (id.isInvalid()) return doubt("would read a header under other conditions: " + named.getName().str());
  if (!revisited_.insert(id).second) return;
  visit(named, false);
  replay(id);
}

// The entering whose conditions would come out the same now; invalid when there is none.
clang::FileID UnitSight::fitting(FileKey file, clang::FileID preferred) {
  if (same_answers(preferred, true)) return preferred;
  for (const clang::FileID other : all_enterings_.find(file)->second) {
    if (same_answers(other, true)) return other;
  }
  return {};
}

void UnitSight::replay(clang::FileID id) {
  const clang::FileEntryRef file = enterings_.find(id)->second.file;
  const std::vector<Inclusion> includes = enterings_.find(id)->second.includes;
  for (const Inclusion& inner : includes) {
    replayed_.emplace_back(&file.getFileEntry(), inner.tick);
    revisit(inner.id, inner.file);
    replayed_.pop_back();
  }
  if (!same_answers(id, false)) doubt("would read a header under other conditions: " + file.getName().str());
}

// A file that was really read, but with a neighbour's macros: this unit would have read it as another one has.
void UnitSight::leave(clang::FileID id) {
  if (!misled_.erase(id)) return;
  const clang::FileEntryRef file = enterings_.find(id)->second.file;
  for (const clang::FileID other : all_enterings_.find(&file.getFileEntry())->second) {
    if (other == id) continue;
    replayed_.emplace_back(&file.getFileEntry(), enterings_.find(other)->second.begin);
    const bool fits = same_answers(other, true);
    replayed_.pop_back();
    if (fits) return replay(other);
  }
  doubt("read a header under a neighbour's conditions: " + file.getName().str());
}

void UnitSight::asked(const clang::Token& name, const clang::MacroInfo* info) {
  const auto& sources = preprocessor_.getSourceManager();
  const clang::FileID id = sources.getFileID(sources.getExpansionLoc(name.getLocation()));
  const auto entering = enterings_.find(id);
  if (entering == enterings_.end() || (info != nullptr && info->isBuiltinMacro())) return;
  const FileKey definer = info != nullptr ? collector_.files.entry(info->getDefinitionLoc()) : nullptr;
  if (info != nullptr && (definer == nullptr || sources.getFileID(info->getDefinitionLoc()) == id)) return;
  const auto answer = std::make_pair(static_cast<const clang::IdentifierInfo*>(name.getIdentifierInfo()), definer);
  pending_.push_back({id, answer});
}

void UnitSight::open_condition() { conditions_.push_back(std::exchange(pending_, {})); }

void UnitSight::extend_condition() {
  if (conditions_.empty()) return open_condition();
  conditions_.back().insert(conditions_.back().end(), pending_.begin(), pending_.end());
  pending_.clear();
}

void UnitSight::close_condition() {
  if (conditions_.empty()) return;
  closed_ = std::move(conditions_.back());
  conditions_.pop_back();
  pending_.clear();
}

// An #include depends on the open conditions; one that is skipped, on that which has just ended too.
void UnitSight::condition_counts(bool skipped) {
  if (skipped) conditions_.push_back(std::exchange(closed_, {}));
  for (auto& condition : conditions_) {
    for (const auto& [id, answer] : condition) {
      const auto entering = enterings_.find(id);
      if (entering == enterings_.end()) continue;
      entering->second.asked.push_back(answer);
      if (answer.second != nullptr && !defined_here(answer, entering->second)) misled_.insert(id);
    }
    condition.clear();
  }
  if (skipped) conditions_.pop_back();
}

// Whether this unit has come past the change; what neighbours' files did does not count. A file that is read again
// only in thought has done what it did before the #include at hand.
bool UnitSight::happened(const MacroChange& change) const {
  for (std::size_t i = replayed_.size(); i-- > 0;) {
    if (replayed_[i].first == change.file) return change.tick <= replayed_[i].second;
  }
  return change.file == source_ || entered_.contains(change.file);
}

bool UnitSight::defined_now(const clang::IdentifierInfo* name) const {
  const MacroHistory::Entry* entry = macros_.find(name);
  if (entry == nullptr) return false;
  for (std::size_t i = entry->changes.size(); i-- > 0;) {
    const MacroChange& change = entry->changes[i];
    if (happened(change)) return change.info != nullptr;
  }
  return entry->before != nullptr;
}

// Whether the macro that `entering` asked for was defined by what this unit has read.
bool UnitSight::defined_here(const Answer& answer, const Entering& entering) const {
  if (answer.second == source_) return true;
  const auto visit = entered_.find(answer.second);
  if (visit == entered_.end()) return false;
  // Its own macro, from another time it was read: by this unit?
  const bool itself = answer.second == &entering.file.getFileEntry();
  return !itself || visit->second.tick <= entering.begin;
}

// Before the file counts as entered: what was undefined, or defined by an earlier entering of it. After: the rest.
bool UnitSight::same_answers(clang::FileID id, bool before) const {
  const Entering& entering = enterings_.find(id)->second;
  const FileKey file = &entering.file.getFileEntry();
  return std::all_of(entering.asked.begin(), entering.asked.end(), [&](const Answer& answer) {
    const bool early = answer.second == nullptr || answer.second == file;
    if (early != before) return true;
    return answer.second == nullptr ? !defined_now(answer.first) : entered_.contains(answer.second);
  });
}

}  // namespace banyan::facts
