// Raw entry -> usable commands, collected into a Database.
#pragma once

#include "analyzer/compile_db/adjust.hpp"
#include "analyzer/compile_db/compile_db.hpp"

#include <set>
#include <string>
#include <vector>

namespace banyan::compile_db {

struct Entry {
  std::string directory;
  std::string file;
  std::vector<std::string> arguments;
};

// Splits a shell command line; expands @response files, which are read relative to the directory.
std::vector<std::string> split_command(const std::string& command);
void expand_response_files(Entry& entry);

class Builder {
 public:
  explicit Builder(const Options& options);
  void add(Entry entry);
  Database finish();

 private:
  void add_source(const Entry& entry, const Adjusted& adjusted, const std::string& source);
  std::string absolute(const std::string& directory, const std::string& name) const;
  void map_paths(Entry& entry) const;

  const Options& options_;
  std::string resource_dir_;
  Database database_;
  std::set<std::string> seen_;
  std::set<std::string> missing_includes_;
};

}  // namespace banyan::compile_db
