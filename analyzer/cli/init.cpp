// Looks at a source tree and writes a commented banyan.yaml.
#include "analyzer/cli/project.hpp"

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

#include <fstream>
#include <iostream>
#include <map>
#include <set>

namespace banyan::cli {
namespace {

struct Library {
  const char* header;
  const char* what;
};

constexpr Library kLibraries[] = {{"httplib.h", "cpp-httplib"},
                                  {"crow.h", "Crow"},
                                  {"crow/", "Crow"},
                                  {"drogon/", "Drogon"},
                                  {"pistache/", "Pistache"},
                                  {"oatpp/", "oat++"},
                                  {"cpprest/", "cpprestsdk"},
                                  {"boost/beast", "Boost.Beast"},
                                  {"Poco/Net/HTTP", "Poco HTTP"},
                                  {"civetweb", "CivetWeb"},
                                  {"sqlite3.h", "SQLite"},
                                  {"SQLiteCpp/", "SQLiteCpp"},
                                  {"libpq-fe.h", "libpq"},
                                  {"pqxx/", "libpqxx"},
                                  {"mysql.h", "MySQL C API"},
                                  {"mysql/", "MySQL C API"},
                                  {"soci/", "SOCI"},
                                  {"Poco/Data", "Poco::Data"},
                                  {"QSql", "Qt SQL"},
                                  {"sqlite_orm", "sqlite_orm"},
                                  {"mongocxx/", "MongoDB"},
                                  {"hiredis", "Redis"},
                                  {"librdkafka/", "Kafka"}};

std::set<std::string> libraries_of(const compile_db::Database& database) {
  std::set<std::string> out;
  for (const auto& command : database.commands) {
    const auto buffer = llvm::MemoryBuffer::getFile(command.file);
    if (!buffer) continue;
    const llvm::StringRef text = buffer.get()->getBuffer();
    for (const Library& library : kLibraries) {
      if (text.contains(std::string("#include <") + library.header) ||
          text.contains(std::string("#include \"") + library.header))
        out.insert(library.what);
    }
  }
  return out;
}

std::string standard_of(const compile_db::Database& database) {
  std::map<std::string, int> seen;
  for (const auto& command : database.commands) {
    for (const std::string& argument : command.arguments) {
      if (argument.starts_with("-std=")) ++seen[argument.substr(5)];
    }
  }
  std::string best = "the compiler's default";
  int most = 0;
  for (const auto& [standard, count] : seen) {
    if (count > most) best = standard;
    most = std::max(most, count);
  }
  return best;
}

std::string text_of(const std::string& about) {
  return "# Written by banyan-analyze init. Found: " +
         about +
         "\n"
         "version: 1\n\n"
         "# Folders (ending in /) and files that are not the program's own.\n"
         "# exclude: [third_party/, tests/]\n\n"
         "# Mend the compile database without editing it.\n"
         "# compile_flags: {add: [-DNDEBUG], remove: [-fsome-flag]}\n\n"
         "# Files with CREATE TABLE; without this every .sql file below the root is read.\n"
         "# sql_files: [db/schema.sql]\n\n"
         "# Routes of a house framework: which function registers, and which argument is what.\n"
         "# routes:\n"
         "#   - {callee: \"shop::Router::add\", method_argument: 0, path_argument: 1}\n\n"
         "# What you know about the contexts.\n"
         "# contexts:\n"
         "#   must_link: [[src/a.cpp, src/b/]]\n"
         "#   cannot_link: [[src/orders/, src/payments/]]\n"
         "#   seeds: [{name: orders, files: [src/orders/]}]\n";
}

}  // namespace

int init(const Settings& settings) {
  auto opened = open_project(settings);
  if (const auto* problem = std::get_if<compile_db::Problem>(&opened)) {
    std::cerr << problem->message << '\n';
    return kUsage;
  }
  const Project& project = std::get<Project>(opened);
  std::string about =
      std::to_string(project.database.commands.size()) + " units, " + standard_of(project.database);
  for (const std::string& library : libraries_of(project.database)) about += ", " + library;
  if (!find_upwards(project.root, ".git").empty()) about += ", git history";
  const std::string path = project.root + "/banyan.yaml";
  if (llvm::sys::fs::exists(path) && !settings.yes) {
    std::cerr << "error: " << path << " exists; --yes replaces it\n";
    return kUsage;
  }
  std::ofstream out(path);
  out << text_of(about);
  out.close();
  if (!out) {
    std::cerr << "error: cannot write " << path << '\n';
    return kUsage;
  }
  std::cerr << "found " << about << "\nwrote " << path << "\nnext: banyan-analyze doctor\n";
  return kDone;
}

}  // namespace banyan::cli
