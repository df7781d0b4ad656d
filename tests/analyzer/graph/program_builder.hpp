// Facts of a made-up program, written as a test would say them:
//
//   ProgramBuilder p;
//   p.declares("a.hpp", "shop::run").defines("a.cpp", "shop::run").calls("b.cpp", "shop::main", "shop::run");
//
// The USR of a thing is its qualified name; lines are handed out per file in the order of writing.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/facts/facts.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace banyan::testing {

class ProgramBuilder {
 public:
  facts::Location place(const std::string& file) {
    auto& facts = file_[file];
    facts.path = file;
    return {file, ++facts.lines, 1};
  }

  ProgramBuilder& symbol(const std::string& file, const std::string& name, bool definition,
                         facts::SymbolKind kind = facts::SymbolKind::function) {
    const auto at = place(file);
    file_[file].symbols.push_back({.usr = name,
                                   .name = name,
                                   .scope_usr = {},
                                   .type = {},
                                   .initializer = {},
                                   .at = at,
                                   .end_line = at.line,
                                   .kind = kind,
                                   .definition = definition});
    return *this;
  }
  ProgramBuilder& declares(const std::string& file, const std::string& name) {
    return symbol(file, name, false);
  }
  ProgramBuilder& defines(const std::string& file, const std::string& name) {
    return symbol(file, name, true);
  }

  ProgramBuilder& uses(const std::string& file, const std::string& from, const std::string& to,
                       facts::ReferenceKind kind) {
    file_[file].references.push_back(
        {.from_usr = from, .to_usr = to, .to_name = to, .at = place(file), .kind = kind});
    return *this;
  }
  ProgramBuilder& calls(const std::string& file, const std::string& from, const std::string& to) {
    return uses(file, from, to, facts::ReferenceKind::call);
  }
  ProgramBuilder& includes(const std::string& file, const std::string& target) {
    file_[file].includes.push_back({.at = place(file), .spelled = target, .target = target});
    place(target);
    return *this;
  }
  ProgramBuilder& words(const std::string& file, std::vector<std::string> words) {
    place(file);
    auto& all = file_[file].words;
    all.insert(all.end(), words.begin(), words.end());
    std::sort(all.begin(), all.end());
    return *this;
  }

  ProgramBuilder& accesses(const std::string& file, const std::string& function, const std::string& table,
                           evidence::AccessMode mode, const std::string& via = {}) {
    evidence_.accesses.push_back(
        {.table = table, .column = {}, .mode = mode, .via = via, .at = place(file), .in_usr = function});
    return *this;
  }
  ProgramBuilder& route(const std::string& file, const std::string& method, const std::string& path,
                        const std::string& handler) {
    evidence_.routes.push_back({.method = method,
                                .path = path,
                                .at = place(file),
                                .handler_usr = handler,
                                .handler_name = handler,
                                .detector = "test"});
    return *this;
  }
  // Covers the last `count` accesses.
  ProgramBuilder& transaction(const std::string& file, const std::string& function, std::size_t count) {
    const auto at = place(file);
    evidence_.transactions.push_back(
        {.at = at,
         .end_line = at.line + 10,
         .in_usr = function,
         .how = "guard Transaction",
         .accesses = {evidence_.accesses.end() - static_cast<std::ptrdiff_t>(count),
                      evidence_.accesses.end()}});
    return *this;
  }

  facts::Program program() const {
    facts::Program program{.root = "/project", .files = {}, .failed_units = {}};
    for (const auto& [path, facts] : file_) program.files.push_back(facts);
    return program;
  }
  const evidence::Evidence& evidence() const { return evidence_; }
  evidence::Evidence& evidence() { return evidence_; }

 private:
  std::map<std::string, facts::FileFacts> file_;
  evidence::Evidence evidence_;
};

}  // namespace banyan::testing
