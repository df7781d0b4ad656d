#include "analyzer/advice/ways.hpp"

namespace banyan::advice {
namespace {

bool leads_on(facts::ReferenceKind kind) {
  using facts::ReferenceKind;
  return kind == ReferenceKind::call || kind == ReferenceKind::virtual_call || kind == ReferenceKind::construct ||
         kind == ReferenceKind::address_taken;
}

}  // namespace

WayToWrites::WayToWrites(const Subject& subject) {
  std::map<std::string_view, std::vector<std::string_view>> callers;
  for (const facts::FileFacts& file : subject.program->files)
    for (const facts::Reference& reference : file.references) {
      if (!leads_on(reference.kind) || reference.from_usr.empty()) continue;
      calls_[reference.from_usr].push_back(&reference);
      callers[reference.to_usr].push_back(reference.from_usr);
    }
  std::vector<std::string_view> open;
  for (const evidence::TableAccess& access : subject.evidence.accesses)
    if (access.mode != evidence::AccessMode::read && writers_.insert(access.in_usr).second)
      open.push_back(access.in_usr);
  while (!open.empty()) {
    const std::string_view one = open.back();
    open.pop_back();
    const auto found = callers.find(one);
    if (found == callers.end()) continue;
    for (const std::string_view caller : found->second)
      if (writers_.insert(caller).second) open.push_back(caller);
  }
}

void WayToWrites::add(const std::string& usr, std::vector<Location>& into) const {
  std::set<std::string_view> seen{usr};
  std::vector<std::string_view> open{usr};
  std::string file;
  while (!open.empty()) {
    const auto calls = calls_.find(open.back());
    open.pop_back();
    if (calls == calls_.end()) continue;
    for (const facts::Reference* reference : calls->second) {
      if (file.empty()) file = reference->at.file;
      if (reference->at.file != file || !writers_.contains(reference->to_usr)) continue;
      into.push_back(reference->at);
      if (seen.insert(reference->to_usr).second) open.push_back(reference->to_usr);
    }
  }
}

}  // namespace banyan::advice
