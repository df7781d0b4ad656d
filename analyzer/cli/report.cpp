// report: the last analysis again, in other formats. Nothing is parsed, nothing is grouped anew.
#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/no_results.hpp"
#include "analyzer/cli/settings.hpp"
#include "analyzer/cli/write_file.hpp"
#include "analyzer/report/formats.hpp"

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <iostream>

namespace banyan::cli {
namespace {

std::string all_names() {
  std::string text = "the formats are:";
  for (const auto& one : report::targets()) text += " " + std::string(one.name);
  return text;
}

void list_formats() {
  for (const auto& one : report::targets())
    std::cout << one.name << std::string(13 - one.name.size(), ' ') << one.about << " (" << one.file << ")\n";
}

// The first name that is no format, or empty; the others are appended to `out`, each once.
std::string parse_formats(const std::vector<std::string>& texts, std::vector<report::Target>& out) {
  for (const std::string& text : texts) {
    llvm::SmallVector<llvm::StringRef> names;
    llvm::StringRef(text).split(names, ',');
    for (const llvm::StringRef name : names) {
      const auto target = report::find_target(name.trim());
      if (!target) return name.trim().empty() ? "(empty)" : name.trim().str();
      if (std::find(out.begin(), out.end(), *target) == out.end()) out.push_back(*target);
    }
  }
  return {};
}

struct Rendered {
  report::Document document;
  std::string error;
};

Rendered render(report::Target target, const Settings& settings, const report::Model& model) {
  if (target != report::Target::json && target != report::Target::html) {
    report::RenderOptions options;
    if (!settings.level.empty())
      options.level = settings.level == "files" ? report::Level::files : report::Level::contexts;
    return {report::render(target, model, options), {}};
  }
  const std::string file = settings.output + "/" + std::string(report::info(target).file);
  const auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer) return {{}, "cannot read " + file + ": " + buffer.getError().message()};
  return {{.text = buffer.get()->getBuffer().str(), .notes = {}}, {}};
}

int write_all(const std::vector<report::Target>& targets, const Settings& settings,
              const report::Model& model) {
  const bool to_stdout = settings.to.empty() && targets.size() == 1;
  const std::string folder = settings.to.empty() ? settings.output : settings.to;
  if (!to_stdout) {
    if (const auto error = llvm::sys::fs::create_directories(folder))
      return fail("cannot make the folder '" + folder + "': " + error.message(), {});
  }
  for (const auto target : targets) {
    const Rendered rendered = render(target, settings, model);
    if (!rendered.error.empty())
      return fail(rendered.error, "Make it with: banyan-analyze map -o " + settings.output);
    for (const std::string& note : rendered.document.notes) std::cerr << "note: " << note << '\n';
    if (to_stdout) {
      std::cout << rendered.document.text << std::flush;
      if (!std::cout) return fail("cannot write to standard output", {});
      continue;
    }
    const std::string file = folder + "/" + std::string(report::info(target).file);
    // json and html are read from the very file that they would be written to when the folder is the same.
    const bool itself =
        llvm::sys::fs::equivalent(file, settings.output + "/" + std::string(report::info(target).file)) &&
        (target == report::Target::json || target == report::Target::html);
    if (!itself) {
      if (const std::string error = write_file(file, rendered.document.text); !error.empty())
        return fail(error, {});
    }
    if (!settings.quiet) std::cerr << "written: " << file << '\n';
  }
  return kDone;
}

}  // namespace

int report_formats(const Settings& settings) {
  if (settings.list) {
    list_formats();
    return kDone;
  }
  std::vector<report::Target> targets;
  if (const std::string bad = parse_formats(settings.formats, targets); !bad.empty()) {
    const std::string near = report::nearest_target(bad);
    return fail("no format is called '" + bad + "'",
                near.empty() ? all_names() : "did you mean '" + near + "'?");
  }
  if (targets.empty()) return fail("report wants a format: -T FORMAT[,..]", all_names());
  const std::string database = settings.output + "/banyan.db";
  if (!llvm::sys::fs::exists(database)) return fail_without_results(settings.output, "banyan.db");
  report::ReadModel read = report::read_model(database);
  if (!read.error.empty()) return fail(read.error, {});
  return write_all(targets, settings, read.model);
}

}  // namespace banyan::cli
