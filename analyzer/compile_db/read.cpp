// compile_commands.json -> entries. Broken files are named by line and column.
#include "analyzer/compile_db/compile_db.hpp"
#include "analyzer/compile_db/entries.hpp"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

namespace banyan::compile_db {
namespace {

namespace json = llvm::json;

// LLVM says "[3:7, byte=40]: Expected ..." ; users expect FILE:3:7.
Problem syntax_problem(const std::string& file, llvm::Error error) {
  std::string message = llvm::toString(std::move(error));
  llvm::StringRef rest(message);
  std::string place = ":";
  if (rest.consume_front("[")) {
    const auto [position, tail] = rest.split(", byte=");
    const auto [line, column] = position.split(':');
    place =
        ":" + line.str() + ":" + (column == "0" ? "1" : column.str()) + ":";  // LLVM counts columns from 0
    rest = tail.split("]: ").second;
  }
  return {
      file + place + " error: not valid JSON: " + rest.str() +
      "\n  A compile database is an array of {\"directory\", \"file\", \"command\" or \"arguments\"} objects."
      "\n  It may have been cut short: run the tool that writes it again."};
}

std::optional<Entry> read_entry(const json::Object& object, std::string& why) {
  Entry entry;
  const auto directory = object.getString("directory");
  const auto file = object.getString("file");
  if (!file) {
    why = "has no \"file\"";
    return std::nullopt;
  }
  entry.directory = directory ? directory->str() : ".";
  entry.file = file->str();
  if (const json::Array* arguments = object.getArray("arguments")) {
    for (const json::Value& argument : *arguments)
      entry.arguments.push_back(argument.getAsString().value_or("").str());
  } else if (const auto command = object.getString("command")) {
    entry.arguments = split_command(command->str());
  }
  if (entry.arguments.empty()) {
    why = "has neither \"command\" nor \"arguments\"";
    return std::nullopt;
  }
  return entry;
}

Problem empty_database(const std::string& path) {
  return {"error: " + path +
          " holds no commands\n"
          "  An incremental build under Bear records only what it compiled: make clean && bear -- make\n"
          "  With CMake it is filled at configure time: cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON " +
          llvm::sys::path::parent_path(path).str()};
}

Problem all_stale(const std::string& path, const Database& database) {
  return {"error: none of the " + std::to_string(database.stale.size()) + " sources in " + path +
          " exist\n  first: " + database.stale.front().file +
          "\n  The database is stale (run cmake again), or was made elsewhere, for example in a container:"
          "\n  --path-map /path/there=/path/here"};
}

}  // namespace

Result<Database> load_database(const std::string& path, const Options& options) {
  const auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) return Problem{"error: cannot read " + path + ": " + buffer.getError().message()};
  auto parsed = json::parse(buffer.get()->getBuffer());
  if (!parsed) return syntax_problem(path, parsed.takeError());
  const json::Array* array = parsed->getAsArray();
  if (array == nullptr)
    return Problem{path +
                   ":1:1: error: expected an array of compile commands"
                   "\n  The file is valid JSON but not a compile database."};
  Builder builder(options);
  std::vector<Unusable> broken;
  for (std::size_t i = 0; i < array->size(); ++i) {
    std::string why = "is not an object";
    const json::Object* object = (*array)[i].getAsObject();
    auto entry = object != nullptr ? read_entry(*object, why) : std::nullopt;
    if (entry) {
      if (!llvm::sys::path::is_absolute(entry->directory)) {
        llvm::SmallString<256> base(llvm::sys::path::parent_path(path));
        llvm::sys::path::append(base, entry->directory);
        entry->directory = std::string(base);
      }
      builder.add(std::move(*entry));
    } else {
      broken.push_back({"entry " + std::to_string(i + 1), why});
    }
  }
  Database database = builder.finish();
  database.path = path;
  database.unsupported.insert(database.unsupported.end(), broken.begin(), broken.end());
  if (array->empty()) return empty_database(path);
  if (database.commands.empty() && !database.stale.empty()) return all_stale(path, database);
  return database;
}

Result<Database> fixed_database(const std::vector<std::string>& files, const std::vector<std::string>& flags,
                                const Options& options) {
  if (files.empty())
    return Problem{
        "error: '--' gives flags but no files were named"
        "\n  banyan-analyze map src/a.cpp src/b.cpp -- -std=c++20 -Iinclude"};
  Builder builder(options);
  for (const std::string& file : files) {
    Entry entry{options.working_directory, file, {"c++"}};
    entry.arguments.insert(entry.arguments.end(), flags.begin(), flags.end());
    entry.arguments.push_back(file);
    builder.add(std::move(entry));
  }
  Database database = builder.finish();
  if (!database.stale.empty()) return Problem{"error: no such file: " + database.stale.front().file};
  return database;
}

}  // namespace banyan::compile_db
