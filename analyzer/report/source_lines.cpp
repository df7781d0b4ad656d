#include "analyzer/report/report.hpp"

#include <algorithm>
#include <fstream>
#include <memory>

namespace banyan::report {
namespace {

// Length of the UTF-8 sequence at `at`, 0 when there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xc2 && first < 0xe0 ? 2
                             : (first & 0xf0) == 0xe0        ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return 0;
  return length;
}

// Sources come in any encoding, reports are UTF-8: what is not becomes '?'.
std::string as_utf8(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto length = sequence_length(text, at);
    result += length == 0 ? std::string_view("?") : text.substr(at, length);
    at += std::max<std::size_t>(1, length);
  }
  return result;
}

}  // namespace

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
        cached->lines.push_back(as_utf8(line));
      }
    }
    return at.line >= 1 && at.line <= cached->lines.size() ? cached->lines[at.line - 1] : std::string();
  };
}

}  // namespace banyan::report
