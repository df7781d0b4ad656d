// Cuts in words, and their edits as a patch.
#include "analyzer/advice/include_cuts.hpp"
#include "analyzer/advice/lookup.hpp"

namespace banyan::advice {
namespace {

constexpr std::size_t context_lines = 3;

std::string in_words(const Edit& edit) {
  const std::string where = edit.file + ":" + std::to_string(edit.line);
  return edit.remove ? "delete " + where : "after " + where + " insert `" + one_line(edit.text) + "`";
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// A line of the new file: kept (' '), gone ('-') or new ('+').
struct Line {
  char mark;
  std::string text;
};

std::vector<Line> edited(const std::vector<std::string>& old, const std::vector<const Edit*>& edits) {
  std::vector<Line> out;
  for (std::size_t number = 1; number <= old.size(); ++number) {
    bool gone = false;
    for (const Edit* edit : edits) gone = gone || (edit->remove && edit->line == number);
    out.push_back({gone ? '-' : ' ', old[number - 1]});
    for (const Edit* edit : edits) {
      if (edit->remove || edit->line != number) continue;
      for (const std::string& text : split(edit->text)) out.push_back({'+', text});
    }
  }
  return out;
}

// Hunks with three lines of context; those that would touch are one.
std::string hunks(const std::vector<Line>& lines) {
  std::string out;
  std::size_t old_line = 1, new_line = 1, at = 0;
  const auto changed_from = [&](std::size_t from) {
    while (from < lines.size() && lines[from].mark == ' ') ++from;
    return from;
  };
  for (std::size_t next = changed_from(0); next < lines.size(); next = changed_from(at)) {
    const std::size_t first = next > at + context_lines ? next - context_lines : at;
    std::size_t last = next;
    for (std::size_t i = next; i < lines.size() && i <= last + 2 * context_lines; ++i)
      if (lines[i].mark != ' ') last = i;
    const std::size_t end = std::min(lines.size(), last + context_lines + 1);
    for (; at < first; ++at) ++old_line, ++new_line;
    std::size_t old_count = 0, new_count = 0;
    std::string body;
    for (; at < end; ++at) {
      body += lines[at].mark + lines[at].text + "\n";
      old_count += lines[at].mark != '+', new_count += lines[at].mark != '-';
    }
    out += "@@ -" + std::to_string(old_line) + "," + std::to_string(old_count) + " +" + std::to_string(new_line) +
           "," + std::to_string(new_count) + " @@\n" + body;
    old_line += old_count, new_line += new_count;
  }
  return out;
}

}  // namespace

std::string_view to_string(CutKind kind) {
  switch (kind) {
    case CutKind::drop:
      return "drop the include";
    case CutKind::forward_declare:
      return "forward-declare";
    case CutKind::move_bodies:
      return "move bodies into the source";
    case CutKind::split_header:
      return "split the header";
    case CutKind::invert:
      return "invert the dependency";
  }
  return "?";
}

std::string describe(const CyclePlan& plan) {
  std::string out;
  for (const IncludeCut& cut : plan.cuts) {
    out += std::string(out.empty() ? "" : " ") + "Cut " + cut.at.file + ":" + std::to_string(cut.at.line) +
           " -> " + cut.target + ": " + std::string(to_string(cut.kind)) + ".";
    for (const std::string& work : cut.work) out += " By hand: " + work + ".";
  }
  std::vector<std::string> edits;
  for (const Edit& edit : plan.edits) edits.push_back(in_words(edit));
  if (!edits.empty()) out += " Edits: " + list(edits, 12) + ".";
  if (!plan.exact) out += " The cycle is large: cheaper cuts may exist.";
  if (plan.estimated) out += " Files that include these headers were not looked at.";
  return out;
}

std::string unified_diff(const std::vector<Edit>& edits,
                         const std::function<std::string(const std::string& file)>& text_of) {
  std::map<std::string, std::vector<const Edit*>> by_file;
  for (const Edit& edit : edits) by_file[edit.file].push_back(&edit);
  std::string out;
  for (const auto& [file, list] : by_file)
    out += "--- a/" + file + "\n+++ b/" + file + "\n" + hunks(edited(split(text_of(file)), list));
  return out;
}

}  // namespace banyan::advice
