// C++ source text -> evidence, through the real front end.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/facts/merge.hpp"
#include "analyzer/facts/parse.hpp"

#include <string>
#include <vector>

namespace banyan::evidence::testing {

struct SourceFile {
  std::string path;  // relative to the root
  std::string text;
};

// Parses every .cpp as C++20; `errors` receives what Clang said.
inline facts::Program program_of(const std::vector<SourceFile>& sources,
                                 std::vector<std::string>* errors = nullptr) {
  const std::string root = "/banyan-test";
  std::vector<std::pair<std::string, std::string>> overlay;
  for (const SourceFile& source : sources) overlay.emplace_back(root + "/" + source.path, source.text);
  std::vector<facts::FileFacts> files;
  for (const SourceFile& source : sources) {
    if (!source.path.ends_with(".cpp")) continue;
    facts::ParseRequest request;
    request.directory = root;
    request.file = root + "/" + source.path;
    request.arguments = {"clang++", "-std=c++20", "-I" + root, request.file};
    request.root = root;
    request.overlay = overlay;
    facts::UnitFacts unit = facts::parse_unit(request);
    for (const facts::Diagnostic& error : unit.errors) {
      if (errors != nullptr)
        errors->push_back(error.at.file + ":" + std::to_string(error.at.line) + ": " + error.message);
    }
    files.insert(files.end(), unit.files.begin(), unit.files.end());
  }
  return facts::merge(root, std::move(files), {});
}

}  // namespace banyan::evidence::testing
