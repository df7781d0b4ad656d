#include "analyzer/report/api_draft.hpp"

#include "analyzer/report/formats.hpp"
#include "analyzer/report/json_text.hpp"
#include "analyzer/report/quoting.hpp"
#include "analyzer/report/words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace banyan::report {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 8> methods = {"get",     "put",  "post",  "delete",
                                                     "options", "head", "patch", "trace"};

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// "{id}" or "{id:[0-9]+}" at `at`: the length with the braces, 0 when it is none.
std::size_t parameter_length(std::string_view route, std::size_t at) {
  if (route[at] != '{') return 0;
  const auto end = route.find_first_of("{}/", at + 1);
  return end == std::string_view::npos || route[end] != '}' ? 0 : end - at + 1;
}

void add_parameter(PathTemplate& out, std::string_view name) {
  std::string wanted(name.substr(0, name.find(':')));
  for (auto& c : wanted)
    if (static_cast<unsigned char>(c) < 0x21 || c == '?' || c == '#') c = '_';
  if (wanted.empty()) wanted = "parameter";
  auto distinct = wanted;
  for (int i = 2; std::find(out.parameters.begin(), out.parameters.end(), distinct) != out.parameters.end();
       ++i)
    distinct = wanted + std::to_string(i);
  out.path += "{" + distinct + "}";
  out.shape += "{}";
  out.parameters.push_back(std::move(distinct));
}

json::object operation(const Model& model, const Model::Route& route, const std::string& id, bool tagged) {
  json::array reached;
  for (const auto& [table, mode] : route.tables)
    reached.push_back(json::object{{"table", table}, {"mode", mode}});
  json::object out{{"operationId", id}};
  if (tagged && route.context != graph::none)
    out["tags"] = json::array{json::string_view(model.contexts[route.context].name)};
  out["summary"] = route.handler;
  const auto method = lower(route.method);
  if (method == "post" || method == "put" || method == "patch")
    out["requestBody"] =
        json::object{{"description", "Not known from the code that registers the route."},
                     {"content", json::object{{"*/*", json::object{{"schema", json::object()}}}}}};
  out["responses"] = json::object{
      {"default", json::object{{"description", "Not known from the code that registers the route."}}}};
  out["x-evidence"] = json::array{json::string_view(to_string(route.at))};
  out["x-tables"] = std::move(reached);
  out["x-confidence"] = route.confidence;
  return out;
}

json::array parameters(const PathTemplate& path) {
  json::array out;
  for (const auto& name : path.parameters)
    out.push_back(
        json::object{{"name", name}, {"in", "path"}, {"required", true}, {"schema", json::object()}});
  return out;
}

class Paths {
 public:
  explicit Paths(const Model& model, bool tagged) : model_(model), tagged_(tagged) {}

  void add(const Model::Route& route) {
    auto path = path_template(route.path);
    const auto [known, first] = by_shape_.emplace(path.shape, path.path);
    auto& item = items_[known->second];
    if (first && !path.parameters.empty()) item["parameters"] = parameters(path);
    const auto method = lower(route.method);
    if (method == "*")
      for (const auto* any : {"get", "put", "post", "delete", "patch"}) put(item, any, route, true);
    else if (std::find(methods.begin(), methods.end(), method) != methods.end())
      put(item, method, route, false);
    else
      put_other(item, route);
  }
  json::object take() {
    json::object out;
    for (auto& [path, item] : items_) out[path] = std::move(item);
    return out;
  }

 private:
  void put(json::object& item, const std::string& method, const Model::Route& route, bool any) {
    if (auto* known = item.if_contains(method)) {  // registered twice: one operation, both places
      known->as_object()["x-evidence"].as_array().emplace_back(to_string(route.at));
      return;
    }
    auto one = operation(model_, route, ids_.make(method + "_" + route.path), tagged_);
    if (any) one["x-any-method"] = true;
    item[method] = std::move(one);
  }
  // OpenAPI knows eight methods; the rest must not get lost.
  void put_other(json::object& item, const Model::Route& route) {
    auto& others = item["x-other-methods"];
    if (!others.is_object()) others = json::object();
    others.as_object()[route.method] =
        operation(model_, route, ids_.make(route.method + "_" + route.path), tagged_);
  }

  const Model& model_;
  bool tagged_;
  std::map<std::string, std::string> by_shape_;  // shape -> path as first seen
  std::map<std::string, json::object> items_;
  Identifiers ids_;
};

}  // namespace

PathTemplate path_template(std::string_view route) {
  PathTemplate out;
  if (!route.starts_with('/')) out.path = out.shape = "/";
  for (std::size_t at = 0; at < route.size();) {
    if (const auto length = parameter_length(route, at)) {
      add_parameter(out, route.substr(at + 1, length - 2));
      at += length;
    } else if (route.substr(at).starts_with("**")) {
      add_parameter(out, "rest");
      at += 2;
    } else {
      const char c = route[at++];
      const auto text = c == '{'   ? "%7B"
                        : c == '}' ? "%7D"
                        : c == '?' ? "%3F"
                        : c == '#' ? "%23"
                                   : std::string(1, c);
      out.path += text;
      out.shape += text;
    }
  }
  return out;
}

json::object api_draft(const Model& model, std::uint32_t context) {
  const bool all = context == graph::none;
  Paths paths(model, all);
  for (const auto& route : model.routes)
    if (all || route.context == context) paths.add(route);
  json::object out{
      {"openapi", "3.1.0"},
      {"info",
       json::object{{"title", all ? model.project : model.contexts[context].name},
                    {"version", "0.0.0-draft"},
                    {"description", "Draft from the routes that the code registers; schemas are open."}}}};
  if (all) {
    json::array tags;
    for (const auto& one : model.contexts) {
      const bool used = std::any_of(model.routes.begin(), model.routes.end(), [&](const auto& route) {
        return route.context != graph::none && &model.contexts[route.context] == &one;
      });
      if (!used) continue;
      json::object tag{{"name", one.name}};
      if (!one.sentences.empty()) tag["description"] = one.sentences.front();
      tags.push_back(std::move(tag));
    }
    out["tags"] = std::move(tags);
  }
  out["paths"] = paths.take();
  return out;
}

Document openapi(const Model& model) { return {.text = pretty(api_draft(model, graph::none)), .notes = {}}; }

}  // namespace banyan::report
