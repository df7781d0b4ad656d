#include "tests/analyzer/facts/parse_code.hpp"

#include "analyzer/compile_db/compile_db.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace banyan::facts::test {

ParseRequest request_for(const Files& files, const std::vector<std::string>& flags) {
  ParseRequest request;
  request.directory = "/";
  request.root = "/src";
  request.file = "/src/" + files.front().first;
  request.arguments = {"c++",        "--driver-mode=g++",
                       "-std=c++20", "-I/src",
                       "-isystem",   "/sys",
                       "-w",         "-resource-dir=" + compile_db::find_resource_dir()};
  request.arguments.insert(request.arguments.end(), flags.begin(), flags.end());
  request.arguments.insert(request.arguments.end(), {"-fsyntax-only", request.file});
  for (const auto& [name, content] : files)
    request.overlay.emplace_back(name.starts_with("/") ? name : "/src/" + name, content);
  return request;
}

UnitFacts parse(Files files, std::vector<std::string> flags) { return parse_unit(request_for(files, flags)); }

UnitFacts parse(const std::string& code) {
  UnitFacts unit = parse(Files{{"a.cpp", code}});
  for (const Diagnostic& error : unit.errors)
    throw std::runtime_error(std::to_string(error.at.line) + ": " + error.message);
  return unit;
}

const FileFacts& file(const UnitFacts& unit, const std::string& path) {
  for (const FileFacts& facts : unit.files) {
    if (facts.path == path) return facts;
  }
  throw std::runtime_error("no facts of " + path);
}

std::string text(const StringValue& value) {
  std::string out;
  for (const StringPiece& piece : value.pieces) out += piece.known ? piece.text : "{" + piece.text + "}";
  return out;
}

std::vector<std::string> texts(const UnitFacts& unit, const std::string& callee) {
  std::vector<std::string> out;
  for (const FileFacts& facts : unit.files) {
    for (const StringValue& value : facts.strings) {
      if (value.callee_name == callee && value.argument >= 0) out.push_back(text(value));
    }
  }
  return out;
}

std::vector<std::string> references(const UnitFacts& unit, ReferenceKind kind) {
  std::map<std::string, std::string> names;
  for (const FileFacts& facts : unit.files) {
    for (const Symbol& symbol : facts.symbols) names[symbol.usr] = symbol.name;
  }
  std::vector<std::string> out;
  for (const FileFacts& facts : unit.files) {
    for (const Reference& reference : facts.references) {
      if (reference.kind == kind) out.push_back(names[reference.from_usr] + " -> " + reference.to_name);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

const Symbol* symbol(const UnitFacts& unit, const std::string& name) {
  const Symbol* found = nullptr;
  for (const FileFacts& facts : unit.files) {
    for (const Symbol& candidate : facts.symbols) {
      if (candidate.name == name && (found == nullptr || candidate.definition)) found = &candidate;
    }
  }
  return found;
}

}  // namespace banyan::facts::test
