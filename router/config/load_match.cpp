#include "router/config/loading.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

using matching::PatternError;
using matching::Predicate;

const std::vector<std::string> usual_methods = {"GET",     "HEAD",  "POST",  "PUT",    "DELETE",   "PATCH",
                                                "OPTIONS", "TRACE", "PURGE", "REPORT", "PROPFIND", "SEARCH"};

void report(Context& context, const Value& value, const PatternError& error) {
  Place place = value.place;
  place.column += static_cast<std::uint32_t>(error.offset + (value.quoted ? 1 : 0));
  place.length =
      error.offset < value.text.size() ? static_cast<std::uint32_t>(value.text.size() - error.offset) : 1;
  context.error(place, error.what, "expected " + error.expected);
}

void load_method(Context& context, const Value& item, std::vector<std::string>& out) {
  std::string method;
  if (!read(context, &item, method, "an HTTP method")) return;
  std::string upper = method;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool usual = std::find(usual_methods.begin(), usual_methods.end(), method) != usual_methods.end();
  const std::string near = nearest(upper, usual_methods);
  const bool token = std::all_of(method.begin(), method.end(),
                                 [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
  if (method == "CONNECT")
    context.error(item.place, "CONNECT is never routed", "the router refuses it");
  else if (!token || (!usual && (upper != method || !near.empty())))
    context.expected(item, "an HTTP method in capitals",
                     near.empty() ? "such as GET" : "did you mean '" + near + "'?");
  else if (std::find(out.begin(), out.end(), method) != out.end())
    context.error(item.place, "method " + method + " is listed twice");
  else
    out.push_back(method);
}

void load_host(Context& context, const Value* value, std::string& out) {
  if (!read(context, value, out, "a host name")) return;
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  const std::string name = out.starts_with("*.") ? out.substr(2) : out;
  const bool v6 = name.starts_with('[') && name.ends_with(']');
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_';
  });
  if (!plain && !v6)
    context.expected(*value, "a host name without port", "such as shop.example.org or *.example.org");
}

void load_path(Context& context, const Value* value, matching::PathPattern& out) {
  if (!value) return;
  if (value->kind != Value::Kind::mapping) {
    std::string text;
    if (!read(context, value, text, "a path such as /api/orders/{id} or { regex: ... }")) return;
    if (const auto error = matching::parse_path(text, out)) report(context, *value, *error);
    return;
  }
  Mapping section(context, *value, "path");
  std::string text;
  const Value* regex = section.require("regex", "a regular expression for the whole path");
  if (!read(context, regex, text, "a regular expression")) return;
  if (const auto error = matching::parse_path_regex(text, out)) report(context, *regex, *error);
}

void load_predicate(Context& context, const Member& member, const std::string& path,
                    std::vector<Predicate>& out) {
  Predicate predicate;
  predicate.name = member.key.text;
  if (member.value.kind == Value::Kind::mapping) {
    Mapping section(context, member.value, path + "." + predicate.name);
    const Value* regex = section.find("regex");
    const Value* present = section.find("present");
    if ((regex != nullptr) == (present != nullptr))
      context.expected(member.value, "a value, { regex: ... } or { present: true|false }");
    bool wanted = true;
    if (read(context, present, wanted))
      predicate.kind = wanted ? Predicate::Kind::present : Predicate::Kind::absent;
    if (read(context, regex, predicate.value, "a regular expression")) {
      predicate.kind = Predicate::Kind::regex;
      if (const auto error = matching::parse_value_regex(predicate.value, predicate.regex)) {
        report(context, *regex, *error);
        return;
      }
    }
  } else if (member.value.kind == Value::Kind::scalar) {
    predicate.kind = Predicate::Kind::equals;
    predicate.value = member.value.text;
  } else {
    context.expected(member.value, "a value, { regex: ... } or { present: true|false }");
    return;
  }
  out.push_back(std::move(predicate));
}

void load_predicates(Context& context, const Value* value, const std::string& path,
                     std::vector<Predicate>& out) {
  if (!value) return;
  Mapping section(context, *value, path);
  for (const Member& member : value->members) {
    if (member.key.kind != Value::Kind::scalar) continue;
    section.find(member.key.text);
    load_predicate(context, member, path, out);
  }
}

void load_entry(Context& context, const Value& value, const std::string& path, PlacedRule& out) {
  Mapping section(context, value, path);
  if (section.valid() && value.members.empty())
    context.error(value.place, "'" + path + "' matches everything", "say so with path: /**");
  const Value* methods = section.find("methods");
  if (methods && methods->kind == Value::Kind::sequence && methods->items.empty())
    context.expected(*methods, "at least one method", "leave 'methods' out to match any");
  each_item(methods, [&](const Value& item) { load_method(context, item, out.rule.methods); });
  load_host(context, section.find("host"), out.rule.host);
  load_path(context, section.find("path"), out.rule.path);
  load_predicates(context, section.find("header"), path + ".header", out.rule.headers);
  load_predicates(context, section.find("query"), path + ".query", out.rule.queries);
  load_predicates(context, section.find("cookie"), path + ".cookie", out.rule.cookies);
}

}  // namespace

void load_match(Context& context, const Value& value, std::uint32_t cutover, const std::string& path,
                std::vector<PlacedRule>& rules) {
  const bool list = value.kind == Value::Kind::sequence;
  if (list && value.items.empty()) context.expected(value, "at least one match");
  std::uint32_t entry = 0;
  each_item(&value, [&](const Value& item) {
    PlacedRule placed;
    placed.rule.cutover = cutover;
    placed.rule.entry = entry++;
    placed.place = item.place;
    const std::size_t errors_before = context.count();
    load_entry(context, item, list ? path + "[" + std::to_string(placed.rule.entry) + "]" : path, placed);
    // A rule that is half read would only add errors that follow from the first.
    if (context.count() == errors_before) rules.push_back(std::move(placed));
  });
}

}  // namespace banyan::config
