// Calls to another context from inside a loop: a round trip for each turn.
#include "analyzer/advice/kinds.hpp"
#include "analyzer/advice/loops.hpp"

namespace banyan::advice {
namespace {

bool is_call(facts::ReferenceKind kind) {
  return kind == facts::ReferenceKind::call || kind == facts::ReferenceKind::virtual_call;
}

// The innermost loop around a line, by its first line; 0 for none. What stands in the head of a loop of several
// lines does not count: the range of a for is asked once.
std::uint32_t loop_around(const std::vector<Loop>& loops, std::uint32_t line) {
  std::uint32_t best = 0;
  for (const Loop& loop : loops)
    if ((loop.first < line || loop.first == loop.last) && line >= loop.first && line <= loop.last)
      best = std::max(best, loop.first);
  return best;
}

}  // namespace

void chatty_seams(const Subject& subject, const Lookup& lookup, std::vector<Finding>& into) {
  if (subject.program == nullptr || !subject.text_of) return;
  std::map<std::string, Finding> found;
  std::map<std::string, std::set<std::string>> called;
  for (const facts::FileFacts& file : subject.program->files) {
    const std::uint32_t from = lookup.context_of_file(file.path);
    if (from == graph::none || lookup.is_kernel(from)) continue;
    std::vector<Loop> loops;
    bool looked = false;
    for (const facts::Reference& reference : file.references) {
      if (!is_call(reference.kind)) continue;
      const std::uint32_t to = lookup.context_of_symbol(reference.to_usr);
      if (to == graph::none || to == from || lookup.is_kernel(to)) continue;
      if (!looked) loops = find_loops(subject.text_of(file.path)), looked = true;
      const std::uint32_t loop = loop_around(loops, reference.at.line);
      if (loop == 0) continue;
      const std::string id = "chatty-seam:" + file.path + ":" + digest(reference.from_usr) + ":" + lookup.name(to);
      Finding& finding = found[id];
      finding.id = id;
      finding.kind = "chatty-seam";
      finding.contexts = lookup.names({from, to});
      finding.title = lookup.name(from) + " asks " + lookup.name(to) + " in a loop";
      finding.locations.push_back({file.path, loop, 1});
      finding.locations.push_back(reference.at);
      called[id].insert(reference.to_name);
    }
  }
  for (auto& [id, finding] : found) {
    sort_unique(finding.locations);
    finding.sentence = list(called[id]) + " of another context " + (called[id].size() > 1 ? "are" : "is") +
                       " called once for each turn of a loop; over a network, that is a round trip each. Ask once "
                       "for all of them.";
    into.push_back(std::move(finding));
  }
}

}  // namespace banyan::advice
