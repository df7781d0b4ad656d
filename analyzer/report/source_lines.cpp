#include "analyzer/report/report.hpp"
#include "analyzer/report/utf8.hpp"

#include <fstream>
#include <memory>

namespace banyan::report {

std::function<std::string(const Location&)> source_lines(std::string root) {
  struct Cached {
    std::string file;
    std::vector<std::string> lines;
  };
  return [root = std::move(root), cached = std::make_shared<Cached>()](const Location& at) -> std::string {
    if (cached->file != at.file) {
      *cached = {at.file, {}};
      std::ifstream in(root + "/" + at.file);
      for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        cached->lines.push_back(as_utf8(line, "?"));
      }
    }
    return at.line >= 1 && at.line <= cached->lines.size() ? cached->lines[at.line - 1] : std::string();
  };
}

}  // namespace banyan::report
