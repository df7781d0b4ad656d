// Whole evidence from source text, and tables in words.
#pragma once

#include "analyzer/evidence/reach.hpp"
#include "tests/analyzer/evidence/source_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace banyan::evidence::testing {

using Strings = std::vector<std::string>;

inline const std::string prelude = R"cpp(
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
  struct Db {
    void query(const std::string& sql);
    void exec(const char* sql);
    static Db& instance();
  };
  void log_info(const std::string& text);
)cpp";

inline const SqlFile schema = {"schema.sql", R"cpp(
                          CREATE TABLE orders(id INTEGER, status TEXT, total INTEGER);
                          CREATE TABLE stock(sku TEXT, on_hand INTEGER);
                          CREATE TABLE users(id INTEGER, name TEXT);
                        )cpp"};

inline Evidence evidence_of(const std::string& source, std::vector<SqlFile> files = {schema}) {
  Strings errors;
  const facts::Program program = program_of({{"main.cpp", prelude + source}}, &errors);
  EXPECT_THAT(errors, ::testing::IsEmpty());
  return collect(program, {{}, std::move(files)});
}

// "read orders", without columns and repeats.
inline Strings accesses(const std::vector<TableAccess>& list) {
  static const Strings modes = {"read ", "insert ", "update ", "remove "};
  std::set<std::string> out;
  for (const TableAccess& access : list) {
    out.insert(modes[static_cast<std::size_t>(access.mode)] + access.table +
               (access.via.empty() ? "" : " via " + access.via));
  }
  return {out.begin(), out.end()};
}

}  // namespace banyan::evidence::testing
