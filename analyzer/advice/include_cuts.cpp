#include "analyzer/advice/include_cuts.hpp"

#include "analyzer/advice/include_world.hpp"
#include "analyzer/advice/lookup.hpp"
#include "analyzer/graph/graph.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace banyan::advice {
namespace {

using LineOf = std::function<std::string(const Location&)>;

constexpr double cost_of_line = 1, cost_of_includer = 0.5, cost_of_declaration = 0.25;
constexpr double cost_of_moving = 4, cost_of_splitting = 6, cost_of_inverting = 10;
constexpr std::uint64_t steps_at_most = 300'000'000;  // file visits for the includers of all arcs of a cycle

bool is_source(std::string_view path) {
  const auto dot = path.rfind('.');
  const std::string_view end = dot == std::string_view::npos ? std::string_view() : path.substr(dot);
  return end == ".cpp" || end == ".cc" || end == ".cxx" || end == ".c" || end == ".C";
}

// What becomes of a set of arcs when they are cut together.
struct Outcome {
  std::vector<Edit> edits;
  double cost = 0;
  std::map<Arc, CutKind> kinds;
  std::map<Arc, std::vector<std::string>> work;
};

class Planner {
 public:
  Planner(const IncludeWorld& world, const LineOf& line_of) : world_(world), line_of_(line_of) {}

  Outcome plan(const std::vector<Arc>& cuts, bool with_includers) const {
    State state{cuts, world_.adjacency({}), world_.adjacency(cuts), {}};
    std::set<std::uint32_t> heads;
    for (const Arc& cut : cuts) heads.insert(cut.first);
    for (const Arc& cut : cuts) take_out(cut, state);
    for (const std::uint32_t file : by_depth(state)) {
      const bool head = heads.contains(file);
      if (head || with_includers) supply(file, head, state);
    }
    for (const Arc& cut : cuts)
      if (!state.out.kinds.contains(cut)) state.out.kinds[cut] = CutKind::drop;
    std::sort(state.out.edits.begin(), state.out.edits.end());
    return std::move(state.out);
  }

 private:
  using Next = std::vector<std::vector<std::uint32_t>>;
  struct State {
    std::vector<Arc> cuts;
    Next before, after;
    Outcome out;
  };

  // Everybody who reached a cut include, headers deep down first.
  std::vector<std::uint32_t> by_depth(const State& state) const {
    std::vector<std::pair<std::size_t, std::uint32_t>> order;
    for (std::uint32_t file = 0; file < world_.files(); ++file) {
      const auto seen = IncludeWorld::reach(state.before, file);
      const bool concerned = std::any_of(state.cuts.begin(), state.cuts.end(),
                                         [&](const Arc& cut) { return seen[cut.first]; });
      const auto depth = static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
      if (concerned) order.emplace_back(depth + (is_source(world_.path(file)) ? world_.files() : 0), file);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> out;
    for (const auto& [depth, file] : order) out.push_back(file);
    return out;
  }

  // The line goes; the system headers that came only through it stay.
  void take_out(const Arc& cut, State& state) const {
    const facts::Include* line = world_.include(cut);
    state.out.cost += cost_of_line;
    for (const auto& include : world_.program().files[cut.first].includes)
      if (include.target == world_.path(cut.second))
        state.out.edits.push_back({include.at.file, include.at.line, true, {}});
    const auto had = systems(IncludeWorld::reach(state.before, cut.first));
    const auto has = systems(IncludeWorld::reach(state.after, cut.first));
    for (const std::string& system : had)
      if (!has.contains(system))
        state.out.edits.push_back({line->at.file, line->at.line, false, "#include " + system});
  }

  std::set<std::string> systems(const std::vector<bool>& seen) const {
    std::set<std::string> out;
    for (std::uint32_t file = 0; file < seen.size(); ++file)
      for (const auto& include : world_.program().files[file].includes)
        if (seen[file] && include.target.empty())
          out.insert(include.angled ? "<" + include.spelled + ">" : "\"" + include.spelled + "\"");
    return out;
  }

  bool supplied(const Need& need, const std::vector<bool>& seen) const {
    const auto& providers = world_.providers(need.symbol);
    return std::any_of(providers.begin(), providers.end(), [&](const Provider& provider) {
      return seen[provider.file] && (provider.definition || !need.complete);
    });
  }

  void supply(std::uint32_t file, bool head, State& state) const {
    const auto had = IncludeWorld::reach(state.before, file);
    const auto has = IncludeWorld::reach(state.after, file);
    std::vector<const Need*> missing;
    for (const Need& need : world_.needs(file))
      if (supplied(need, had) && !supplied(need, has)) missing.push_back(&need);
    if (missing.empty()) return;
    for (const Need* need : missing) {
      if (supplied(*need, IncludeWorld::reach(state.after, file))) continue;  // an added include brought it
      const std::uint32_t home = home_of(*need, had);
      const bool closes = home == graph::none || IncludeWorld::reach(state.after, home)[file] ||
                          (head && cut_leads_to(file, home, state));
      if (closes && !declare(file, *need, state)) ask(file, *need, state);
      if (!closes) include(file, home, state);
    }
  }

  // The file it came from: where it is defined, if that was reached, else where it is declared.
  std::uint32_t home_of(const Need& need, const std::vector<bool>& had) const {
    std::uint32_t best = graph::none;
    for (const Provider& provider : world_.providers(need.symbol)) {
      if (!had[provider.file] || is_source(world_.path(provider.file))) continue;
      if (provider.definition) return provider.file;
      if (best == graph::none) best = provider.file;
    }
    return best;
  }

  // Including the cut target again would undo the cut.
  bool cut_leads_to(std::uint32_t file, std::uint32_t home, const State& state) const {
    return std::any_of(state.cuts.begin(), state.cuts.end(), [&](const Arc& cut) {
      return cut.first == file && IncludeWorld::reach(state.after, home)[cut.second];
    });
  }

  void include(std::uint32_t file, std::uint32_t home, State& state) const {
    state.after[file].push_back(home);
    state.out.cost += cost_of_includer;
    state.out.edits.push_back({world_.path(file), line_for_include(file, state), false,
                               "#include " + world_.spelling(home)});
  }

  // Behind the file's first include of ours that stays, else where a cut one was.
  std::uint32_t line_for_include(std::uint32_t file, const State& state) const {
    std::uint32_t line = 0;
    for (const auto& one : world_.program().files[file].includes) {
      if (one.target.empty()) continue;
      if (line == 0) line = one.at.line;
      const bool cut = std::any_of(state.cuts.begin(), state.cuts.end(), [&](const Arc& arc) {
        return arc.first == file && world_.path(arc.second) == one.target;
      });
      if (!cut) return one.at.line;
    }
    return line;
  }

  bool declare(std::uint32_t file, const Need& need, State& state) const {
    if (need.complete || !world_.forward_declarable(need.symbol)) return false;
    const Arc* cut = cut_of(file, state);
    if (cut == nullptr) return false;
    const facts::Symbol& symbol = world_.symbol(need.symbol);
    const auto colons = symbol.name.rfind("::");
    const std::string name = colons == std::string::npos ? symbol.name : symbol.name.substr(colons + 2);
    const std::string line = line_of_ ? line_of_(symbol.at) : std::string();
    std::string text = (line.find("struct " + name) != std::string::npos ? "struct " : "class ") + name + ";";
    if (colons != std::string::npos) text = "namespace " + symbol.name.substr(0, colons) + " {\n" + text + "\n}";
    state.out.edits.push_back({world_.path(file), world_.include(*cut)->at.line, false, text});
    state.out.cost += cost_of_declaration;
    raise(*cut, CutKind::forward_declare, state);
    return true;
  }

  static const Arc* cut_of(std::uint32_t file, const State& state) {
    for (const Arc& cut : state.cuts)
      if (cut.first == file) return &cut;
    return nullptr;
  }

  static void raise(const Arc& cut, CutKind kind, State& state) {
    auto& now = state.out.kinds.try_emplace(cut, kind).first->second;
    now = std::max(now, kind);
  }

  // What no line of text can do.
  void ask(std::uint32_t file, const Need& need, State& state) const {
    const Arc* cut = cut_of(file, state);
    if (cut == nullptr) cut = &state.cuts.front();
    const facts::Symbol& used = world_.symbol(need.symbol);
    const CutKind kind = kind_of(file, need);
    const std::string place = need.reference == nullptr
                                  ? world_.path(file)
                                  : world_.path(file) + ":" + std::to_string(need.reference->at.line);
    std::string what = "move " + used.name + ", needed whole at " + place + ", into a header of its own";
    double cost = cost_of_splitting;
    if (kind == CutKind::move_bodies)
      what = "move the body at " + place + ", which uses " + used.name + ", into a source file", cost = cost_of_moving;
    if (kind == CutKind::invert)
      what = "let " + world_.path(file) + " own an interface for what it uses of " + used.name + " at " + place,
      cost = cost_of_inverting;
    auto& work = state.out.work[*cut];
    const bool first_of_kind = !state.out.kinds.contains(*cut) || state.out.kinds[*cut] < kind;
    if (first_of_kind) state.out.cost += cost;
    state.out.cost += cost_of_declaration;
    raise(*cut, kind, state);
    if (std::find(work.begin(), work.end(), what) == work.end()) work.push_back(std::move(what));
  }

  // Inside a body the body can move; a type that knows nothing of us can move; else the arrow must turn.
  CutKind kind_of(std::uint32_t file, const Need& need) const {
    if (need.reference != nullptr && in_body(file, *need.reference)) return CutKind::move_bodies;
    const facts::Symbol& used = world_.symbol(need.symbol);
    std::set<std::string_view> ours;
    for (const auto& symbol : world_.program().files[file].symbols) ours.insert(symbol.usr);
    for (const Provider& provider : world_.providers(need.symbol)) {
      for (const auto& reference : world_.program().files[provider.file].references) {
        const bool inside = reference.at.line >= used.at.line && reference.at.line <= used.end_line;
        if (provider.definition && inside && ours.contains(reference.to_usr)) return CutKind::invert;
      }
    }
    return CutKind::split_header;
  }

  bool in_body(std::uint32_t file, const facts::Reference& reference) const {
    using facts::SymbolKind;
    const auto& symbols = world_.program().files[file].symbols;
    return std::any_of(symbols.begin(), symbols.end(), [&](const facts::Symbol& symbol) {
      const bool code = symbol.kind == SymbolKind::function || symbol.kind == SymbolKind::method;
      return code && symbol.definition && symbol.usr == reference.from_usr &&
             symbol.at.line <= reference.at.line && reference.at.line <= symbol.end_line;
    });
  }

  const IncludeWorld& world_;
  const LineOf& line_of_;
};

CyclePlan plan_cycle(const IncludeWorld& world, const Planner& planner, const std::vector<std::uint32_t>& cycle) {
  CyclePlan out;
  std::vector<Arc> arcs;
  for (const Arc& arc : world.arcs())
    if (std::binary_search(cycle.begin(), cycle.end(), arc.first) &&
        std::binary_search(cycle.begin(), cycle.end(), arc.second))
      arcs.push_back(arc);
  for (const std::uint32_t file : cycle) out.files.push_back(world.path(file));
  out.estimated = arcs.size() * world.files() * world.arcs().size() > steps_at_most;
  std::vector<graph::WeightedArc> weighted;
  for (const Arc& arc : arcs) {
    const auto number = [&](std::uint32_t file) {
      return static_cast<std::uint32_t>(std::lower_bound(cycle.begin(), cycle.end(), file) - cycle.begin());
    };
    weighted.push_back({number(arc.first), number(arc.second), planner.plan({arc}, !out.estimated).cost});
  }
  const auto feedback = graph::feedback_arcs(static_cast<std::uint32_t>(cycle.size()), weighted);
  out.exact = feedback.exact && !out.estimated;
  std::vector<Arc> chosen;
  for (const std::size_t index : feedback.arcs) chosen.push_back(arcs[index]);
  Outcome outcome = planner.plan(chosen, !out.estimated);
  for (std::size_t i = 0; i < chosen.size(); ++i)
    out.cuts.push_back({.at = world.include(chosen[i])->at,
                        .target = world.path(chosen[i].second),
                        .kind = outcome.kinds[chosen[i]],
                        .cost = weighted[feedback.arcs[i]].weight,
                        .work = outcome.work[chosen[i]]});
  out.edits = std::move(outcome.edits);
  out.cost = outcome.cost;
  return out;
}

}  // namespace

std::vector<CyclePlan> plan_include_cuts(const facts::Program& program, const LineOf& line_of) {
  const IncludeWorld world(program);
  const Planner planner(world, line_of);
  std::vector<CyclePlan> out;
  for (const auto& cycle : graph::cycles(static_cast<std::uint32_t>(world.files()), world.arcs()))
    out.push_back(plan_cycle(world, planner, cycle));
  return out;
}

}  // namespace banyan::advice
