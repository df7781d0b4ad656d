// The made-up shop of the contexts tests, analyzed and ready to be reported.
#pragma once

#include "analyzer/report/report.hpp"
#include "tests/analyzer/contexts/made_up_shop.hpp"

#include <unistd.h>

#include <filesystem>
#include <string>

namespace banyan::testing {

struct ShopReport {
  ProgramBuilder builder = made_up_shop();
  graph::Graph graph;
  contexts::Result result;

  explicit ShopReport(const facts::Program* program = nullptr) {
    auto& statements = builder.evidence().statements;
    statements.push_back({.at = {"src/mail/part1.cpp", 3, 5},
                          .in_usr = "f",
                          .text = "SELECT * FROM {table}",
                          .reason = "the table is known only at run time",
                          .resolution = evidence::Resolution::unresolved});
    statements.push_back(
        {.at = {"src/mail/part1.cpp", 4, 5}, .in_usr = "f", .text = "SELECT 1", .reason = {}});
    builder.evidence().tables.push_back(
        {.name = "orders_table", .at = {"schema.sql", 7, 1}, .columns = {}, .foreign_keys = {}, .reads = {}});
    graph = graph::build(program ? *program : builder.program(), builder.evidence());
    result = contexts::find(graph, builder.evidence());
  }

  report::Input input() const {
    return {.project = "made-up <shop>",
            .version = "1.2.3",
            .graph = graph,
            .evidence = builder.evidence(),
            .contexts = result,
            .options = {},
            .findings = {{.id = "shared-table-write:stock_table",
                          .rule = "shared-table-write",
                          .severity = report::Severity::warning,
                          .title = "orders writes stock_table",
                          .advice = "Let stock do it & ask.",
                          .at = {"src/orders/part0.cpp", 12, 1},
                          .related = {{"src/stock/part0.cpp", 2, 1}}}},
            .coverage = {.units = 25,
                         .failed = {{"src/broken.cpp", "src/broken.cpp:3:1: unknown type name 'x'"}},
                         .dropped = {}},
            .snippet = [](const facts::Location& at) {
              return "  line " + std::to_string(at.line) + "; // </script><b>";
            }};
  }
};

// A database file that goes away with the test.
class TemporaryDatabase {
 public:
  TemporaryDatabase() {
    std::string pattern = std::filesystem::temp_directory_path() / "banyan-report-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~TemporaryDatabase() { std::filesystem::remove_all(folder_); }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;
  std::string path() const { return folder_ / "banyan.db"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace banyan::testing
