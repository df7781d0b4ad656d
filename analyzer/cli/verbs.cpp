// Verbs that only read what map wrote.
#include "analyzer/cli/settings.hpp"
#include "analyzer/report/report.hpp"

#include <llvm/Support/FileSystem.h>

#include <iostream>

namespace banyan::cli {
namespace {

int no_results(const Settings& settings, const std::string& name) {
  std::cerr << "error: no " << name << " in '" << settings.output << "'\n"
            << "  Make one with: banyan-analyze map -o " << settings.output
            << "  (or name its folder with -o)\n";
  return kUsage;
}

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
  if (!llvm::sys::fs::exists(database)) return no_results(settings, "banyan.db");
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
  if (!llvm::sys::fs::exists(database)) return no_results(settings, "banyan.db");
  const report::Format format = format_of(settings.format);
  return show(settings.sql.empty() ? report::query(database, settings.what, format)
                                   : report::sql(database, settings.sql, format));
}

}  // namespace banyan::cli
