#include "analyzer/cli/vanished.hpp"

#include "analyzer/fact_store/sqlite.hpp"

#include <llvm/Support/FileSystem.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace banyan::cli {
namespace {

constexpr std::size_t kListed = 5;

bool earlier(const SeenFinding& a, const SeenFinding& b) {
  return std::tie(a.rule, a.title) < std::tie(b.rule, b.title);
}

std::string headline(std::size_t count, std::size_t failed_units) {
  const std::string findings = std::to_string(count) + (count == 1 ? " finding" : " findings");
  if (failed_units == 0) return findings + " of the last run can no longer be seen:";
  return "warning: " + findings + " of the last run cannot be seen, while " + std::to_string(failed_units) +
         (failed_units == 1 ? " unit has errors" : " units have errors") + ": do not take them for solved";
}

}  // namespace

std::vector<SeenFinding> findings_on_file(const std::string& database) {
  std::vector<SeenFinding> out;
  if (!llvm::sys::fs::exists(database)) return out;
  try {
    fact_store::Connection connection(database);
    fact_store::Statement rows(connection, "SELECT rule, title, file, line FROM finding");
    while (rows.step()) {
      out.push_back({rows.text(0), rows.text(1), rows.text(2), static_cast<int>(rows.number(3))});
    }
  } catch (const fact_store::StoreError&) {
    return {};  // written before there were findings, or only facts so far
  }
  std::sort(out.begin(), out.end(), earlier);
  return out;
}

std::vector<std::string> describe_vanished(const std::vector<SeenFinding>& before,
                                           const std::vector<SeenFinding>& now, std::size_t failed_units,
                                           bool all) {
  std::vector<SeenFinding> gone;
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(), std::back_inserter(gone), earlier);
  std::vector<std::string> out;
  if (gone.empty()) return out;
  out.push_back(headline(gone.size(), failed_units));
  const std::size_t shown = all ? gone.size() : std::min(gone.size(), kListed);
  for (std::size_t i = 0; i < shown; ++i)
    out.push_back("  " + gone[i].title +
                  (gone[i].file.empty() ? "" : " (" + gone[i].file + ":" + std::to_string(gone[i].line) + ")"));
  if (shown < gone.size())
    out.push_back("  ... and " + std::to_string(gone.size() - shown) + " more (-v lists all)");
  return out;
}

}  // namespace banyan::cli
