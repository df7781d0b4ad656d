#include "analyzer/evidence/history.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace banyan::evidence {
namespace {

constexpr char commit_mark = '\x01';

// Takes the text before the next NUL; false at the end.
bool take(std::string_view& rest, std::string_view& field) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return false;
  field = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

class HistoryReader {
 public:
  std::vector<Commit> read(std::string_view log) {
    std::vector<Commit> commits;
    for (std::size_t at = log.find(commit_mark); at != std::string_view::npos;) {
      const std::size_t next = log.find(commit_mark, at + 1);
      const std::size_t end = next == std::string_view::npos ? log.size() : next;
      commits.push_back(commit(log.substr(at + 1, end - at - 1)));
      at = next;
    }
    return commits;
  }

 private:
  // HASH NUL LF (ADDED TAB DELETED TAB PATH NUL | ADDED TAB DELETED TAB NUL OLD NUL NEW NUL)*
  Commit commit(std::string_view rest) {
    Commit result;
    std::string_view field;
    if (!take(rest, field)) return result;
    result.hash = std::string(field);
    std::vector<std::pair<std::string, std::string>> renames;
    while (take(rest, field)) {
      const std::size_t path = field.find('\t', field.find('\t') + 1);
      if (field.find('\t') == std::string_view::npos || path == std::string_view::npos) continue;
      if (path + 1 < field.size()) {
        result.files.push_back(now(field.substr(path + 1)));
        continue;
      }
      std::string_view before, after;
      if (!take(rest, before) || !take(rest, after)) break;
      result.files.push_back(now(after));
      renames.emplace_back(before, result.files.back());
    }
    // Older commits know the file by its old name.
    for (auto& [before, after] : renames) renamed_[std::move(before)] = std::move(after);
    std::sort(result.files.begin(), result.files.end());
    result.files.erase(std::unique(result.files.begin(), result.files.end()), result.files.end());
    return result;
  }

  std::string now(std::string_view path) const {
    const auto found = renamed_.find(path);
    return found == renamed_.end() ? std::string(path) : found->second;
  }

  std::map<std::string, std::string, std::less<>> renamed_;
};

}  // namespace

std::vector<Commit> parse_history(std::string_view log) { return HistoryReader().read(log); }

void find_co_changes(const std::vector<Commit>& commits, const std::set<std::string>& program, Evidence& into) {
  std::map<std::pair<std::string, std::string>, CoChange> pairs;
  for (const Commit& commit : commits) {
    std::vector<std::string> files;
    for (const std::string& file : commit.files)
      if (program.count(file) != 0) files.push_back(file);
    if (files.empty()) continue;
    ++into.history.commits;
    if (files.size() > largest_commit) {
      ++into.history.large;
      continue;
    }
    for (std::size_t i = 0; i < files.size(); ++i)
      for (std::size_t j = i + 1; j < files.size(); ++j) {
        CoChange& pair = pairs[{files[i], files[j]}];
        if (pair.commits++ == 0) pair.newest = commit.hash;
        pair.weight += 1.0 / static_cast<double>(files.size() - 1);
      }
  }
  for (auto& [files, pair] : pairs) {
    if (pair.commits < 2) continue;
    pair.a = files.first;
    pair.b = files.second;
    into.co_changes.push_back(std::move(pair));
  }
  into.history.usable = into.history.commits >= shortest_history;
}

}  // namespace banyan::evidence
