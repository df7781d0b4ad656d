#include "analyzer/facts/include_graph.hpp"

#include <algorithm>

namespace banyan::facts {

void IncludeGraph::add(FileKey from, clang::FileEntryRef to) {
  auto& targets = edges_[from];
  const FileKey key = &to.getFileEntry();
  const bool known =
      std::any_of(targets.begin(), targets.end(), [&](auto& file) { return &file.getFileEntry() == key; });
  if (known) return;
  targets.push_back(to);
  ++edge_count_;
  if (from == nullptr || settled_.contains(from)) {
    reached_.clear();
    settled_.clear();
  }
}

const std::vector<clang::FileEntryRef>& IncludeGraph::direct(FileKey from) const {
  static const std::vector<clang::FileEntryRef> none;
  const auto found = edges_.find(from);
  return found == edges_.end() ? none : found->second;
}

const llvm::DenseSet<FileKey>& IncludeGraph::reach(FileKey from) {
  const auto [entry, fresh] = reached_.try_emplace(from);
  if (!fresh) return entry->second;
  llvm::DenseSet<FileKey> seen{from};
  std::vector<FileKey> todo{from, nullptr};
  while (!todo.empty()) {
    const FileKey file = todo.back();
    todo.pop_back();
    for (const auto& target : direct(file)) {
      if (seen.insert(&target.getFileEntry()).second) todo.push_back(&target.getFileEntry());
    }
  }
  for (const FileKey file : seen) settled_.insert(file);
  return entry->second = std::move(seen);
}

bool IncludeGraph::reaches(FileKey from, FileKey to) { return from == to || reach(from).contains(to); }

bool Sight::sees(const clang::Decl* declaration) {
  const FileKey target = files_.entry(declaration->getLocation());
  return here_ == nullptr || target == nullptr || graph.reaches(here_, target);
}

}  // namespace banyan::facts
