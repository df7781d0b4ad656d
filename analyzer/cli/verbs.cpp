// Verbs that only read what map wrote.
#include "analyzer/cli/no_results.hpp"
#include "analyzer/cli/settings.hpp"
#include "analyzer/report/report.hpp"

#include <llvm/Support/FileSystem.h>

#include <iostream>

namespace banyan::cli {
namespace {

int show(const report::Outcome& outcome) {
  std::cout << outcome.text;
  if (!outcome.text.empty() && outcome.text.back() != '\n') std::cout << '\n';
  if (!outcome.ok()) std::cerr << outcome.error << '\n';
  return outcome.ok() && outcome.found ? kDone : kUsage;
}

report::Format format_of(const std::string& name) {
  return name == "csv" ? report::Format::csv : name == "json" ? report::Format::json : report::Format::table;
}

}  // namespace

int explain(const Settings& settings) {
  const std::string database = settings.output + "/banyan.db";
  if (!llvm::sys::fs::exists(database)) return fail_without_results(settings.output, "banyan.db");
  return show(report::explain(database, settings.what));
}

int query(const Settings& settings) {
  if (settings.list) {
    std::cout << report::list_queries();
    return kDone;
  }
  if (settings.what.empty() == settings.sql.empty()) {
    std::cerr
        << "error: query wants a name or --sql 'SELECT ...'\n  banyan-analyze query --list shows the names\n";
    return kUsage;
  }
  const std::string database = settings.output + "/banyan.db";
  if (!llvm::sys::fs::exists(database)) return fail_without_results(settings.output, "banyan.db");
  const report::Format format = format_of(settings.format);
  return show(settings.sql.empty() ? report::query(database, settings.what, format)
                                   : report::sql(database, settings.sql, format));
}

}  // namespace banyan::cli
