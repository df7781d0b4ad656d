#include "analyzer/advice/extraction.hpp"
#include "analyzer/report/json_text.hpp"
#include "analyzer/report/words.hpp"

#include <boost/json.hpp>

#include <map>

namespace banyan::report {
namespace {

namespace json = boost::json;
constexpr int format_version = 1;

json::string text(std::string_view value) { return json::string(value); }

json::value place(const Location& at) {
  return json::object{{"file", at.file}, {"line", at.line}, {"column", at.column}};
}

template <typename Sites>
json::array places(const Sites& sites) {
  json::array result;
  for (const auto& site : sites) result.push_back(place(site.at));
  return result;
}

json::value context_or_null(const Input& input, std::uint32_t context) {
  return context == graph::none ? json::value(nullptr)
                                : json::value(text(context_id(input.contexts, context)));
}

json::array ids(const Input& input, const std::vector<std::uint32_t>& contexts) {
  json::array result;
  for (const auto context : contexts) result.emplace_back(text(context_id(input.contexts, context)));
  return result;
}

json::object scores(const contexts::Scores& s) {
  return {{"files", s.files},
          {"lines", s.lines},
          {"internal_share", s.internal_share},
          {"calls_in", s.calls_in},
          {"calls_out", s.calls_out},
          {"tables_owned", s.tables_owned},
          {"tables_shared", s.tables_shared},
          {"torn_transactions", s.torn_transactions},
          {"stability", s.stability},
          {"ease", s.ease}};
}

json::array files(const Input& input, const contexts::Context& context) {
  std::map<std::string, const contexts::Member*> sorted;
  for (const auto& member : context.members)
    for (const auto file : input.graph.components[member.component].files)
      sorted[input.graph.files[file]] = &member;
  json::array result;
  for (const auto& [path, member] : sorted)
    result.push_back(
        json::object{{"path", path}, {"stability", member->stability}, {"omnipresent", member->omnipresent}});
  return result;
}

json::object route_name(const evidence::Route& route) {
  return {{"method", route.method}, {"path", route.path}};
}

json::object context_object(const Input& input, const contexts::Context& context) {
  json::array words, tables, routes, about;
  for (const auto& word : context.words) words.emplace_back(word);
  for (const auto table : context.tables) tables.emplace_back(input.graph.tables[table]);
  for (const auto route : context.routes) routes.push_back(route_name(input.evidence.routes[route]));
  for (const auto& sentence : context.sentences) about.emplace_back(sentence);
  return {{"id", context.id},
          {"name", context.name},
          {"shared_kernel", context.shared_kernel},
          {"tests", context.tests},
          {"about", about},
          {"scores", scores(context.scores)},
          {"words", words},
          {"tables", tables},
          {"routes", routes},
          {"files", files(input, context)}};
}

json::array tables(const Input& input) {
  json::array result;
  for (const auto& owner : input.contexts.tables)
    result.push_back(json::object{{"name", input.graph.tables[owner.table]},
                                  {"owner", context_or_null(input, owner.context)},
                                  {"confidence", owner.confidence},
                                  {"writers", ids(input, owner.writers)},
                                  {"readers", ids(input, owner.readers)}});
  return result;
}

json::array routes(const Input& input) {
  json::array result;
  for (std::size_t i = 0; i < input.contexts.routes.size(); ++i) {
    const auto& owner = input.contexts.routes[i];
    const auto& route = input.evidence.routes[owner.route];
    json::array reached;
    for (const auto& [table, mode] : input.graph.routes[i].tables)
      reached.push_back(json::object{{"table", input.graph.tables[table]}, {"mode", text(to_string(mode))}});
    auto object = route_name(route);
    object["handler"] = route.handler_name;
    object["at"] = place(route.at);
    object["context"] = context_or_null(input, owner.context);
    object["confidence"] = owner.confidence;
    object["tables"] = std::move(reached);
    result.push_back(std::move(object));
  }
  return result;
}

json::array seams(const Input& input) {
  json::array result;
  for (const auto& seam : input.contexts.seams) {
    json::array items, shared;
    for (const auto& item : seam.items)
      items.push_back(json::object{{"kind", text(graph::to_string(item.kind))},
                                   {"name", item.name},
                                   {"count", item.count},
                                   {"places", places(item.sites)}});
    for (const auto& table : seam.tables)
      shared.push_back(json::object{{"table", input.graph.tables[table.table]},
                                    {"mode", text(to_string(table.mode))},
                                    {"count", table.count},
                                    {"places", places(table.sites)}});
    result.push_back(json::object{{"from", text(context_id(input.contexts, seam.from))},
                                  {"to", text(context_id(input.contexts, seam.to))},
                                  {"weight", seam.weight},
                                  {"calls", seam.calls},
                                  {"types", seam.types},
                                  {"data", seam.data},
                                  {"items", std::move(items)},
                                  {"tables", std::move(shared)}});
  }
  return result;
}

json::array torn(const Input& input) {
  json::array result;
  for (const auto& one : input.contexts.torn) {
    const auto& span = input.evidence.transactions[one.transaction];
    json::array written;
    for (const auto table : one.tables) written.emplace_back(input.graph.tables[table]);
    result.push_back(json::object{{"at", place(span.at)},
                                  {"how", span.how},
                                  {"contexts", ids(input, one.contexts)},
                                  {"tables", std::move(written)}});
  }
  return result;
}

json::array work_rows(const std::vector<advice::WorkRow>& rows) {
  json::array result;
  for (const auto& row : rows)
    result.push_back(json::object{{"what", row.what}, {"with", row.with}, {"count", row.count}, {"each", row.each}, {"total", row.total}});
  return result;
}

json::array order(const Input& input) {
  json::array result;
  for (const auto& step : advice::extraction_order({input.graph, input.evidence, input.contexts, nullptr, {}})) {
    json::array cheaper, reasons;
    for (const auto& one : step.makes_cheaper)
      cheaper.push_back(json::object{{"context", one.context}, {"before", one.before}, {"after", one.after}});
    for (const auto& sentence : step.sentences) reasons.emplace_back(sentence);
    result.push_back(json::object{{"context", text(context_id(input.contexts, step.context))},
                                  {"value", step.value},
                                  {"cost", step.cost},
                                  {"cost_if_first", step.cost_first},
                                  {"reasons", std::move(reasons)},
                                  {"worth", work_rows(step.worth)},
                                  {"work", work_rows(step.work)},
                                  {"makes_cheaper", std::move(cheaper)}});
  }
  return result;
}

json::array unresolved(const Input& input) {
  json::array result;
  for (const auto& one : input.evidence.statements)
    if (one.resolution != evidence::Resolution::resolved)
      result.push_back(json::object{{"at", place(one.at)},
                                    {"resolution", text(to_string(one.resolution))},
                                    {"reason", one.reason},
                                    {"text", one.text}});
  return result;
}

json::array findings(const Input& input) {
  json::array result;
  for (const auto& one : input.findings) {
    json::array related;
    for (const auto& at : one.related) related.push_back(place(at));
    result.push_back(json::object{{"rule", one.rule},
                                  {"severity", text(to_string(one.severity))},
                                  {"title", one.title},
                                  {"advice", one.advice},
                                  {"at", place(one.at)},
                                  {"related", std::move(related)}});
  }
  return result;
}

json::object coverage(const Input& input) {
  json::array failed;
  for (const auto& unit : input.coverage.failed)
    failed.push_back(json::object{{"file", unit.file}, {"error", unit.error}});
  return {{"units", input.coverage.units}, {"failed", std::move(failed)}};
}

// Node numbers: 0.. are the leaves, then one per step.
json::object hierarchy(const Input& input) {
  json::array leaves, merges;
  for (const auto& component : input.graph.components) leaves.emplace_back(component.id);
  for (const auto& merge : input.contexts.dendrogram)
    merges.push_back(json::array{merge.left, merge.right, merge.together});
  return {{"leaves", std::move(leaves)}, {"merges", std::move(merges)}};
}

}  // namespace

std::string contexts_json(const Input& input) {
  json::array all;
  for (const auto& context : input.contexts.contexts) all.push_back(context_object(input, context));
  return pretty(json::object{{"format", "banyan-contexts"},
                             {"version", format_version},
                             {"tool", "banyan-analyze " + input.version},
                             {"project", input.project},
                             {"parameters", json::object{{"tier", text(to_string(input.options.tier))},
                                                         {"seed", input.options.seed},
                                                         {"runs", input.contexts.runs},
                                                         {"resolution", input.contexts.resolution},
                                                         {"target_groups", input.contexts.target_groups}}},
                             {"coverage", coverage(input)},
                             {"contexts", std::move(all)},
                             {"tables", tables(input)},
                             {"routes", routes(input)},
                             {"seams", seams(input)},
                             {"torn_transactions", torn(input)},
                             {"extraction_order", order(input)},
                             {"findings", findings(input)},
                             {"unresolved", unresolved(input)},
                             {"hierarchy", hierarchy(input)}});
}

}  // namespace banyan::report
