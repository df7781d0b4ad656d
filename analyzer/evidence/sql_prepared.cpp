#include "analyzer/evidence/sql_prepared.hpp"

#include <algorithm>
#include <map>

namespace banyan::evidence {
namespace {

using facts::Reference;
using Uses = std::vector<const Reference*>;

struct Place {
  std::string file;
  std::string usr;
  auto operator<=>(const Place&) const = default;
};

std::string scope_of(const std::string& name) { return name.substr(0, std::min(name.rfind("::"), name.size())); }

class Prepared {
 public:
  Prepared(const facts::Program& program, const Evidence& evidence) {
    for (const facts::FileFacts& file : program.files) {
      for (const facts::Symbol& symbol : file.symbols)
        if (symbol.kind == facts::SymbolKind::enumerator) enumerations_[symbol.usr] = symbol.scope_usr;
      for (const Reference& reference : file.references) {
        if (reference.kind != facts::ReferenceKind::enumerator_use) continue;
        by_place_[{reference.at.file, reference.from_usr}].push_back(&reference);
        by_enumerator_[reference.to_usr].push_back(&reference);
      }
    }
    for (auto& [place, uses] : by_place_)
      std::sort(uses.begin(), uses.end(), [](const auto* a, const auto* b) { return a->at < b->at; });
    for (const Statement& statement : evidence.statements) bind(statement);
  }

  // Statements by place that are listed under an enumerator used elsewhere -> those uses.
  std::map<std::pair<Location, std::string>, Uses> moved() const {
    std::map<std::pair<Location, std::string>, Uses> result;
    for (const auto& [key, rows] : tables_) {
      if (rows.size() < 2) continue;
      for (const auto& [enumerator, statements] : rows) {
        if (statements.size() != 1) continue;
        for (const Reference* use : by_enumerator_.at(enumerator)) {
          const bool here = use->from_usr == key.first.usr && use->at.file == key.first.file;
          if (!here && !use->from_usr.empty()) result[{*statements.begin(), key.first.usr}].push_back(use);
        }
      }
    }
    return result;
  }

 private:
  // The enumerator right before the text: on its line, or at the end of the line before.
  void bind(const Statement& statement) {
    const Place place{statement.at.file, statement.in_usr};
    const auto uses = by_place_.find(place);
    if (uses == by_place_.end()) return;
    const auto after = std::find_if(uses->second.begin(), uses->second.end(),
                                    [&](const Reference* use) { return !(use->at < statement.at); });
    if (after == uses->second.begin()) return;
    const Reference& last = **std::prev(after);
    if (last.at.line + 1 < statement.at.line) return;
    tables_[{place, enumeration(last)}][last.to_usr].insert(statement.at);
  }

  std::string enumeration(const Reference& use) const {
    const auto found = enumerations_.find(use.to_usr);
    return found == enumerations_.end() || found->second.empty() ? scope_of(use.to_name) : found->second;
  }

  std::map<std::string, std::string> enumerations_;
  std::map<Place, Uses> by_place_;
  std::map<std::string, Uses> by_enumerator_;
  std::map<std::pair<Place, std::string>, std::map<std::string, std::set<Location>>> tables_;
};

}  // namespace

void follow_prepared(const facts::Program& program, Evidence& into) {
  const auto moved = Prepared(program, into).moved();
  if (moved.empty()) return;
  std::vector<TableAccess> accesses;
  for (TableAccess& access : into.accesses) {
    const auto uses = moved.find({access.at, access.in_usr});
    if (uses == moved.end()) {
      accesses.push_back(std::move(access));
      continue;
    }
    for (const Reference* use : uses->second) {
      TableAccess copy = access;
      copy.at = use->at;
      copy.in_usr = use->from_usr;
      copy.confidence = std::min(copy.confidence, Confidence::medium);
      accesses.push_back(std::move(copy));
    }
  }
  into.accesses = std::move(accesses);
}

}  // namespace banyan::evidence
