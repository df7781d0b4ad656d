// A trace's shape: who is below whom, what is missing, what of a collector's requests belongs to it.
#include "tests/demo/waterfall.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace banyan::demo {
namespace {

namespace json = boost::json;
using support::CollectedSpan;

using Children = std::map<std::size_t, std::vector<std::size_t>>;  // of a span; no_row: of nobody

Children children_of(const std::vector<CollectedSpan>& spans) {
  std::map<std::string, std::size_t> by_id;
  for (std::size_t i = 0; i < spans.size(); ++i) by_id.emplace(spans[i].span_id, i);
  Children children;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto parent = spans[i].parent_id.empty() ? by_id.end() : by_id.find(spans[i].parent_id);
    children[parent == by_id.end() ? no_row : parent->second].push_back(i);
  }
  for (auto& [parent, list] : children)
    std::stable_sort(list.begin(), list.end(), [&](auto a, auto b) { return spans[a].start_ns < spans[b].start_ns; });
  return children;
}

// Depth first from `top`, with a stack of its own: a trace may be as deep as it likes.
void add_tree(const Children& children, TraceRow top, std::vector<bool>& seen, std::vector<TraceRow>& rows) {
  std::vector<TraceRow> waiting{top};
  while (!waiting.empty()) {
    const TraceRow row = waiting.back();
    waiting.pop_back();
    if (seen[row.span]) continue;
    seen[row.span] = true;
    rows.push_back(row);
    const auto below = children.find(row.span);
    if (below == children.end()) continue;
    const std::size_t parent = rows.size() - 1;
    for (auto child = below->second.rbegin(); child != below->second.rend(); ++child)
      waiting.push_back({*child, parent, row.depth + 1});
  }
}

// The list `key` of `holder`, each entry mapped; what maps to null is left out.
template <class Map>
json::array mapped(const json::value& holder, const char* key, Map map) {
  json::array kept;
  const auto* object = holder.if_object();
  const auto* list = object ? object->if_contains(key) : nullptr;
  if (list == nullptr || !list->is_array()) return kept;
  for (const auto& entry : list->get_array())
    if (auto value = map(entry); !value.is_null()) kept.push_back(std::move(value));
  return kept;
}

// `holder` with that list; null when the list has become empty.
template <class Map>
json::value with_list(const json::value& holder, const char* key, Map map) {
  auto kept = mapped(holder, key, map);
  if (kept.empty()) return nullptr;
  json::object out = holder.as_object();
  out[key] = std::move(kept);
  return out;
}

}  // namespace

std::vector<TraceRow> trace_rows(const std::vector<CollectedSpan>& spans) {
  const auto children = children_of(spans);
  std::vector<bool> seen(spans.size());
  std::vector<TraceRow> rows;
  if (const auto tops = children.find(no_row); tops != children.end())
    for (const auto top : tops->second) add_tree(children, {top, no_row, 0}, seen, rows);
  for (std::size_t i = 0; i < spans.size(); ++i)  // spans that are below each other
    if (!seen[i]) add_tree(children, {i, no_row, 0}, seen, rows);
  return rows;
}

TraceFacts trace_facts(const std::vector<CollectedSpan>& spans) {
  std::set<std::string> ids;
  for (const auto& span : spans) ids.insert(span.span_id);
  TraceFacts facts;
  for (const auto& span : spans) {
    facts.services.insert(span.service);
    if (span.parent_id.empty()) ++facts.roots;
    else if (!ids.contains(span.parent_id)) ++facts.orphans;
  }
  return facts;
}

std::string only_trace(const std::vector<std::string>& requests, std::string_view trace_id) {
  const auto of_trace = [&](const json::value& span) -> json::value {
    const auto* object = span.if_object();
    const auto* id = object ? object->if_contains("traceId") : nullptr;
    return id && id->is_string() && std::string_view(id->get_string()) == trace_id ? span : nullptr;
  };
  const auto of_scope = [&](const json::value& scope) { return with_list(scope, "spans", of_trace); };
  const auto of_resource = [&](const json::value& resource) { return with_list(resource, "scopeSpans", of_scope); };
  json::array all;
  for (const auto& request : requests) {
    boost::system::error_code broken;
    const auto root = json::parse(request, broken);
    if (broken) continue;
    for (auto& resource : mapped(root, "resourceSpans", of_resource)) all.push_back(std::move(resource));
  }
  return json::serialize(json::object{{"resourceSpans", std::move(all)}});
}

}  // namespace banyan::demo
