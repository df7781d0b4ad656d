// The last analysis as it stands in banyan.db, for everything that renders it again without parsing anything.
//
// All text is valid UTF-8 (what was not reads U+FFFD). Contexts, components and tables are referred to by
// index into the lists below; `graph::none` is "none". Every list is in the order of the database, which is
// sorted.
#pragma once

#include "analyzer/report/report.hpp"

#include <string>
#include <utility>
#include <vector>

namespace banyan::report {

struct Model {
  struct Context {
    std::string id, name;
    bool shared_kernel = false;
    bool tests = false;
    std::uint32_t files = 0, lines = 0;
    double ease = 0, stability = 0;
    std::vector<std::string> sentences;
  };
  struct Component {
    std::string path;
    std::uint32_t context = graph::none;
    double stability = 0;
  };
  struct Edge {
    std::uint32_t from = 0, to = 0;  // components
    std::string kind;
    std::uint64_t count = 0;
    double weight = 0;
    Location at;  // the first place that proves it
  };
  struct ForeignKey {
    std::string columns, table, referenced;  // columns joined by ", "
  };
  struct Table {
    std::string name;
    Location at;  // no file: no CREATE statement was seen
    std::uint32_t context = graph::none;
    double confidence = 0;
    bool view = false;
    std::vector<std::string> columns;
    std::vector<ForeignKey> foreign_keys;
  };
  struct TableUser {
    std::uint32_t table = 0, context = 0;
    std::string mode;
    std::uint64_t places = 0;
  };
  struct Route {
    std::string method, path, handler;
    Location at;
    std::uint32_t context = graph::none;
    double confidence = 0;
    std::vector<std::pair<std::string, std::string>> tables;  // name, mode
  };
  struct Seam {
    std::uint32_t from = 0, to = 0;  // contexts
    double weight = 0;
    std::uint64_t calls = 0, types = 0, data = 0, accesses = 0;
  };

  std::string project, tool;
  std::uint32_t units = 0, failed = 0;
  std::vector<Context> contexts;
  std::vector<Component> components;
  std::vector<Edge> edges;
  std::vector<Table> tables;
  std::vector<TableUser> table_users;
  std::vector<Route> routes;
  std::vector<Seam> seams;  // heaviest first
  std::vector<Finding> findings;
};

// An error is a sentence for stderr; the model is then empty.
struct ReadModel {
  Model model;
  std::string error;
};
ReadModel read_model(const std::string& database);

}  // namespace banyan::report
