#include "analyzer/report/seam_openapi.hpp"

#include "analyzer/report/json_text.hpp"
#include "analyzer/report/seam_schemas.hpp"
#include "analyzer/report/words.hpp"

#include <boost/json.hpp>

#include <map>
#include <set>

namespace banyan::report {
namespace {

namespace json = boost::json;
using advice::CppType;
using advice::SeamOperation;
using Kind = CppType::Kind;

json::array places(const std::vector<Location>& all) {
  json::array out;
  for (const Location& at : all) out.push_back(json::string(to_string(at)));
  return out;
}

// fraudLimit, fraud_limit -> fraud-limit
std::string dashed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool word = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool after_word = !out.empty() && out.back() != '-';
    if ((upper || !word) && after_word && (out.back() < 'A' || out.back() > 'Z')) out += '-';
    if (word) out += upper ? static_cast<char>(c + 32) : c;
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "seam" : out;
}

std::string parameter_name(const SeamOperation& one, std::size_t i) {
  const std::string& name = one.signature.parameters[i].name;
  return name.empty() ? "argument" + std::to_string(i + 1) : name;
}

bool changes(const CppType& type) {
  const bool away = type.kind == Kind::lvalue || type.kind == Kind::pointer;
  return away && !type.inside.front().is_const && type.inside.front().kind != Kind::callable &&
         type.inside.front().name != "void";
}

std::string spelled(const SeamOperation& one) {
  std::string out = one.signature.result + " " + one.name + "(";
  for (std::size_t i = 0; i < one.signature.parameters.size(); ++i) {
    const auto& parameter = one.signature.parameters[i];
    out += (i == 0 ? "" : ", ") + parameter.type + (parameter.name.empty() ? "" : " " + parameter.name);
    if (!parameter.value.empty()) out += " = " + parameter.value;
  }
  return out + ")" + (one.signature.is_const ? " const" : "") + (one.signature.is_noexcept ? " noexcept" : "");
}

class Draft {
 public:
  Draft(const advice::SeamApi& api, const advice::SymbolIndex& index) : api_(api), schemas_(api, index) {}

  json::object document() {
    json::object paths;
    for (const SeamOperation& one : api_.operations) {
      const std::string path = unique("/" + dashed(one.owner.empty() ? api_.to : advice::last_part(one.owner)) + "/" +
                                      dashed(advice::last_part(one.name)), paths_);
      paths[path] = json::object{{"post", operation(one)}};
    }
    json::array blocked;
    for (const auto& one : api_.cannot_cross)
      blocked.push_back(json::object{{"kind", one.kind}, {"what", one.what}, {"why", one.why}, {"at", to_string(one.at)}, {"used", places(one.sites)}});
    return {{"openapi", "3.1.0"},
            {"info", json::object{{"title", api_.to + " for " + api_.from},
                                  {"version", "0.0.0-draft"},
                                  {"description", "Draft from the calls of " + api_.from + " into " + api_.to +
                                                      ". Every operation is a POST until somebody decides which are reads; members "
                                                      "are named as in the code."}}},
            {"paths", std::move(paths)},
            {"components", json::object{{"schemas", schemas_.components()}}},
            {"x-cannot-cross", std::move(blocked)}};
  }

 private:
  static std::string unique(std::string name, std::set<std::string>& taken) {
    const std::string first = name;
    for (int i = 2; taken.contains(name); ++i) name = first + "-" + std::to_string(i);
    taken.insert(name);
    return name;
  }

  json::object operation(const SeamOperation& one) {
    json::object out{{"operationId", unique(dashed(one.name), ids_)}, {"summary", spelled(one)}};
    if (!one.signature.parameters.empty()) out["requestBody"] = body(request(one), true);
    out["responses"] = responses(one);
    out["x-calls"] = one.calls;
    out["x-evidence"] = places(one.sites);
    out["x-declared-at"] = to_string(one.signature.at);
    return out;
  }

  static json::object body(json::object schema, bool required) {
    json::object out{{"content", json::object{{"application/json", json::object{{"schema", std::move(schema)}}}}}};
    if (required) out["required"] = true;
    return out;
  }

  json::object request(const SeamOperation& one) const {
    json::object properties;
    json::array required;
    for (std::size_t i = 0; i < one.signature.parameters.size(); ++i) {
      const auto& parameter = one.signature.parameters[i];
      const CppType type = advice::parse_type(parameter.type);
      json::object schema = schemas_.schema(type);
      if (!parameter.value.empty()) schema["x-cpp-default"] = parameter.value;
      properties[parameter_name(one, i)] = std::move(schema);
      if (parameter.value.empty() && !schemas_.optional(type)) required.push_back(json::string(parameter_name(one, i)));
    }
    json::object out{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) out["required"] = std::move(required);
    return out;
  }

  // What the callee changes comes back beside the result.
  json::object responses(const SeamOperation& one) const {
    json::object changed;
    for (std::size_t i = 0; i < one.signature.parameters.size(); ++i) {
      const CppType type = advice::parse_type(one.signature.parameters[i].type);
      if (changes(type)) changed[parameter_name(one, i)] = schemas_.schema(type);
    }
    const bool nothing = one.signature.result == "void";
    if (nothing && changed.empty()) return {{"204", json::object{{"description", "Done."}}}};
    json::object schema = nothing ? json::object() : schemas_.schema(advice::parse_type(one.signature.result));
    if (!changed.empty()) {
      if (!nothing) changed["result"] = std::move(schema);
      schema = {{"type", "object"}, {"properties", std::move(changed)}};
    }
    json::object answer = body(std::move(schema), false);
    answer["description"] = one.signature.result;
    return {{"200", std::move(answer)}};
  }

  const advice::SeamApi& api_;
  SeamSchemas schemas_;
  std::set<std::string> paths_, ids_;
};

}  // namespace

std::string seam_openapi(const advice::SeamApi& api, const advice::SymbolIndex& index) {
  return pretty(Draft(api, index).document());
}

std::string seam_json(const advice::SeamApi& api) {
  json::array operations, types, blocked;
  for (const auto& one : api.operations)
    operations.push_back(json::object{{"name", one.name}, {"signature", spelled(one)}, {"calls", one.calls},
                                      {"at", to_string(one.signature.at)}, {"used", places(one.sites)}});
  for (const auto& one : api.types)
    types.push_back(json::object{{"name", one.name}, {"at", to_string(one.at)}, {"members", one.members.size()}});
  for (const auto& one : api.cannot_cross)
    blocked.push_back(json::object{{"kind", one.kind}, {"what", one.what}, {"why", one.why}, {"at", to_string(one.at)}, {"used", places(one.sites)}});
  return pretty(json::object{{"version", 1}, {"from", api.from}, {"to", api.to}, {"operations", std::move(operations)},
                             {"types", std::move(types)}, {"cannot_cross", std::move(blocked)}});
}

}  // namespace banyan::report
