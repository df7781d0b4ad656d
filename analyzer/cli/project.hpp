// From settings to the units of a program: which database, which root, which commands.
#pragma once

#include "analyzer/cli/config.hpp"
#include "analyzer/cli/settings.hpp"
#include "analyzer/compile_db/compile_db.hpp"
#include "analyzer/fact_store/store.hpp"
#include "analyzer/facts/parse.hpp"

#include <string>
#include <variant>
#include <vector>

namespace banyan::cli {

struct Project {
  compile_db::Database database;
  std::string root;
  std::size_t outside = 0;  // units left out because an explicit --root does not hold them
};

compile_db::Options database_options(const Settings& settings);
std::variant<Project, compile_db::Problem> open_project(const Settings& settings);

// The configuration named by --config, else banyan.yaml in the root or above the working folder; none is
// fine.
ConfigResult find_config(const Settings& settings, const std::string& root);

// Makes the output folder; a message when that or writing into it fails: in the first second, not after an
// hour of parsing.
std::string check_output(const std::string& folder);

std::string working_directory();
std::string absolute_path(const std::string& path);
// The nearest folder at or above that holds `name`; empty when there is none.
std::string find_upwards(std::string directory, const std::string& name);
std::string common_ancestor(const std::vector<std::string>& files);

fact_store::Unit unit_of(const compile_db::Command& command, const std::string& root);
facts::ParseRequest request_of(const compile_db::Command& command, const std::string& root);

}  // namespace banyan::cli
