#include "analyzer/advice/what_if.hpp"

#include "analyzer/advice/lookup.hpp"

#include <cstdio>

namespace banyan::advice {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\n'; }

struct Word {
  std::string text;
  std::size_t column;
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    while (at < text.size() && !blank(text[at])) ++at;
    if (at > start) out.push_back({std::string(text.substr(start, at - start)), start + 1});
    while (at < text.size() && blank(text[at])) ++at;
  }
  return out;
}

std::uint32_t find_context(const contexts::Result& result, const std::string& name) {
  for (std::uint32_t i = 0; i < result.contexts.size(); ++i)
    if (result.contexts[i].name == name || result.contexts[i].id == name) return i;
  return graph::none;
}

std::uint32_t find_table(const graph::Graph& graph, const std::string& name) {
  const auto found = std::lower_bound(graph.tables.begin(), graph.tables.end(), name);
  return found != graph.tables.end() && *found == name
             ? static_cast<std::uint32_t>(found - graph.tables.begin())
             : graph::none;
}

// The names and members of now, so that describe gives them again.
contexts::Options with_names(const Subject& now, contexts::Options options) {
  options.hints.previous.clear();
  for (const auto& context : now.contexts.contexts) {
    contexts::NamedFiles named{context.name, {}};
    for (const auto& member : context.members)
      for (const auto file : now.graph.components[member.component].files)
        named.files.push_back(now.graph.files[file]);
    options.hints.previous.push_back(std::move(named));
  }
  return options;
}

struct Plan {
  std::vector<std::uint32_t> groups;
  contexts::Options options;
  std::vector<std::string> notes;
  std::string error;
  std::vector<std::string> names;
};

// A component of the context that stays there: what the table is tied to.
std::uint32_t anchor(const Plan& plan, std::uint32_t context) {
  for (std::uint32_t i = 0; i < plan.groups.size(); ++i)
    if (plan.groups[i] == context) return i;
  return graph::none;
}

void apply(const Subject& now, const Move& move, Plan& plan) {
  const std::uint32_t to = find_context(now.contexts, move.to);
  if (to == graph::none) {
    plan.error = "no context is called '" + move.to + "'";
    for (const auto& context : now.contexts.contexts) plan.names.push_back(context.name);
    return;
  }
  const std::uint32_t file = graph::file_index(now.graph, move.what);
  const std::uint32_t table = find_table(now.graph, move.what);
  if (file == graph::none && table == graph::none) {
    plan.error = "no file or table is called '" + move.what + "'";
    plan.names = now.graph.files;
    plan.names.insert(plan.names.end(), now.graph.tables.begin(), now.graph.tables.end());
    return;
  }
  if (file == graph::none) {
    plan.options.table_homes.emplace_back(table, to);
    return;
  }
  const std::uint32_t component = now.graph.component_of[file];
  plan.groups[component] = to;
  for (const auto other : now.graph.components[component].files)
    if (other != file) plan.notes.push_back(now.graph.files[other] + " moves with it: one implements the other");
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

template <typename Value>
void say(std::string& line, const char* what, Value before, Value after) {
  if (before == after) return;
  line += std::string(line.empty() ? "" : ", ") + what + " " + std::to_string(before) + " -> " + std::to_string(after);
}

void compare_scores(const contexts::Context& before, const contexts::Context& after, std::vector<std::string>& lines) {
  const auto &x = before.scores, &y = after.scores;
  std::string line;
  say(line, "files", x.files, y.files);
  say(line, "lines", x.lines, y.lines);
  say(line, "calls in", x.calls_in, y.calls_in);
  say(line, "calls out", x.calls_out, y.calls_out);
  say(line, "tables owned", x.tables_owned, y.tables_owned);
  say(line, "tables shared", x.tables_shared, y.tables_shared);
  say(line, "torn transactions", x.torn_transactions, y.torn_transactions);
  say(line, "routes", before.routes.size(), after.routes.size());
  const auto share = [&](const char* what, double a, double b) {
    if (percent(a) != percent(b)) line += std::string(line.empty() ? "" : ", ") + what + " " + percent(a) + " -> " + percent(b);
  };
  share("internal coupling", x.internal_share, y.internal_share);
  share("ease", x.ease, y.ease);
  if (!line.empty()) lines.push_back(after.name + ": " + line);
}

std::string name_of(const contexts::Result& result, std::uint32_t context) {
  return context < result.contexts.size() ? result.contexts[context].name : "nobody";
}

void compare_owners(const Subject& now, const contexts::Result& after, std::vector<std::string>& lines) {
  for (std::uint32_t table = 0; table < now.graph.tables.size(); ++table) {
    const auto was = name_of(now.contexts, now.contexts.tables[table].context);
    const auto is = name_of(after, after.tables[table].context);
    if (was != is) lines.push_back("table " + now.graph.tables[table] + ": " + was + " -> " + is);
  }
  for (std::size_t route = 0; route < after.routes.size(); ++route) {
    const auto was = name_of(now.contexts, now.contexts.routes[route].context);
    const auto is = name_of(after, after.routes[route].context);
    const auto& one = now.evidence.routes[after.routes[route].route];
    if (was != is) lines.push_back("route " + one.method + " " + one.path + ": " + was + " -> " + is);
  }
}

void compare_findings(const Subject& now, const contexts::Result& after, std::vector<std::string>& lines) {
  std::map<std::string, std::string> before_titles, after_titles;
  for (const Finding& one : find_findings({now.graph, now.evidence, now.contexts, nullptr, {}}))
    before_titles[one.id] = one.title;
  for (const Finding& one : find_findings({now.graph, now.evidence, after, nullptr, {}})) after_titles[one.id] = one.title;
  for (const auto& [id, title] : before_titles)
    if (!after_titles.contains(id)) lines.push_back("gone: " + title + " (" + id + ")");
  for (const auto& [id, title] : after_titles)
    if (!before_titles.contains(id)) lines.push_back("new: " + title + " (" + id + ")");
}

}  // namespace

MovesResult parse_moves(std::string_view text) {
  MovesResult out;
  const auto words = words_of(text);
  std::size_t at = 0;
  const auto fail = [&](const std::string& message) {
    out.column = at < words.size() ? words[at].column : text.size() + 1;
    out.error = message + (at < words.size() ? ", got '" + words[at].text + "'" : ", got the end");
    return out;
  };
  while (at < words.size() || out.moves.empty()) {
    if (at < words.size() && words[at].text == "and") ++at;
    if (at >= words.size() || words[at].text != "move") return fail("expected 'move'");
    if (++at >= words.size()) return fail("expected a file or a table");
    Move move{words[at].text, {}};
    if (++at >= words.size() || words[at].text != "to") return fail("expected 'to'");
    if (++at >= words.size()) return fail("expected a context");
    move.to = words[at++].text;
    out.moves.push_back(std::move(move));
  }
  return out;
}

WhatIf what_if(const Subject& now, const contexts::Options& options, const std::vector<Move>& moves) {
  Plan plan{now.contexts.context_of, with_names(now, options), {}, {}, {}};
  for (const Move& move : moves) {
    apply(now, move, plan);
    if (!plan.error.empty()) return {{}, {}, plan.error, plan.names};
  }
  for (auto& [table, home] : plan.options.table_homes) {
    home = anchor(plan, home);
    if (home == graph::none) return {{}, {}, "nothing would be left of the context the table goes to", {}};
  }
  std::vector<double> stability(plan.groups.size());
  for (const auto& context : now.contexts.contexts)
    for (const auto& member : context.members) stability[member.component] = member.stability;
  WhatIf out{contexts::describe(now.graph, now.evidence, plan.options, plan.groups, stability), plan.notes, {}, {}};
  std::map<std::string, const contexts::Context*> before;
  for (const auto& context : now.contexts.contexts) before[context.name] = &context;
  for (const auto& context : out.after.contexts) {
    const auto found = before.find(context.name);
    if (found != before.end())
      compare_scores(*found->second, context, out.lines), before.erase(found);
    else
      out.lines.push_back(context.name + " is new");
  }
  for (const auto& [name, context] : before) out.lines.push_back(name + " would be empty");
  compare_owners(now, out.after, out.lines);
  compare_findings(now, out.after, out.lines);
  if (out.lines.size() == plan.notes.size()) out.lines.push_back("nothing would change");
  return out;
}

}  // namespace banyan::advice
