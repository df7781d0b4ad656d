#include "analyzer/evidence/routes.hpp"

#include "analyzer/evidence/names.hpp"
#include "analyzer/evidence/sql_tokens.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace banyan::evidence {
namespace {

using facts::Registration;
using Strings = std::vector<std::string>;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_path(std::string_view text) {
  if (!text.empty() && text.front() == '^') text.remove_prefix(1);
  if (text.empty() || text.front() != '/' || text.substr(0, 2) == "//") return false;
  return text.find_first_of(" \t\n,;\"") == std::string_view::npos;
}

bool is_verb_text(std::string_view text) {
  return text.size() <= 24 && !verbs_in(text).empty() && !contains(text, "/") && !contains(text, ".");
}

// cli.Get("/x", progress): who asks for paths answers none.
bool asks_others(const std::string& type) {
  static const std::set<std::string> askers = {"client", "fetcher", "requester", "caller", "remote", "stub"};
  const Strings words = name_words(type);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) { return askers.count(word) != 0; });
}

// What a registration says, taken apart.
struct Call {
  Registration registration;
  std::string made_with;  // the text of the object's constructor
  Strings words;  // of the function's own name
  Strings paths;  // string arguments that are paths
  Strings verbs;  // from verb strings and verb enumerators

  Call(const Registration& r, const Strings& nearby)
      : registration(r), words(name_words(last_component(r.callee_name))) {
    if (const std::size_t open = r.object_type.find("(\""); open != std::string::npos) {
      made_with = r.object_type.substr(open + 2, r.object_type.size() - open - 4);
      registration.object_type.resize(open);
    }
    for (std::size_t i = 0; i < r.arguments.size(); ++i) {
      const std::string& argument = r.arguments[i];
      const bool text = i < r.argument_is_string.size() && r.argument_is_string[i];
      if (!text && takes_descriptions() && described(argument)) continue;
      if (text && is_path(argument)) paths.push_back(argument);
      if ((text && !is_verb_text(argument)) || is_path(argument) || (!text && is_callable(argument)))
        continue;
      const bool qualified =
          text || contains(argument, "::") || contains(argument, "_") || contains(argument, "{");
      if (qualified || is_plain_verb(argument)) add(verbs_in(argument));
    }
    // Inside a macro an argument is spelled as its parameter; the enumerators used there still stand in the
    // line.
    if (verbs.empty() && !r.macro.empty()) add(nearby);
  }

  bool has_word(std::initializer_list<std::string_view> wanted) const {
    return std::any_of(wanted.begin(), wanted.end(), [&](std::string_view word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    });
  }

 private:
  // rows(remote.get("/users"), "users", &to_user) asks for a path and registers nothing.
  bool takes_descriptions() const {
    return contains(registration.callee_name, "Pistache") || contains(registration.object_type, "Pistache") ||
           has_word({"route", "bind", "handle", "add", "register", "on", "describe", "map"});
  }
  // description.get("/users/:id"), Pistache's way: verb and path in one expression.
  bool described(const std::string& argument) {
    const std::size_t open = argument.find("(\"/");
    const std::size_t dot = open == std::string::npos ? open : argument.find_last_of(".>", open);
    const std::size_t close = dot == std::string::npos ? dot : argument.find('"', open + 2);
    if (close == std::string::npos || is_callable(argument)) return false;
    const Strings verb = verbs_in(argument.substr(dot + 1, open - dot - 1));
    if (verb.size() != 1) return false;
    paths.push_back(argument.substr(open + 2, close - open - 2));
    add(verb);
    return true;
  }
  // `Stock::get` is the handler here, not a verb.
  bool is_callable(const std::string& argument) const {
    const Strings& names = registration.callable_names;
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return last_component(name) == last_component(argument);
    });
  }
  static bool is_plain_verb(const std::string& argument) {
    static const std::set<std::string> verbs = {"Get", "Post", "Put", "Delete", "Patch", "Head", "Options",
                                                "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"};
    return verbs.count(argument) != 0;
  }
  void add(const Strings& more) {
    for (const std::string& verb : more) {
      if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) verbs.push_back(verb);
    }
  }
};

struct Found {
  Strings verbs;
  std::string path;
  std::string detector;
};

std::string class_path(const Registration& r) {
  if (r.callable_names.empty()) return {};
  const std::size_t end = r.callable_names.front().rfind("::");
  std::string path = "/" + r.callable_names.front().substr(0, end == std::string::npos ? 0 : end);
  for (std::size_t at = path.find("::"); at != std::string::npos; at = path.find("::"))
    path.replace(at, 2, "/");
  return path;
}

std::string library_of(const Registration& r, const std::string& otherwise) {
  static const std::vector<std::pair<std::string_view, std::string>> libraries = {
      {"crow::", "crow"},          {"httplib::", "httplib"},      {"Pistache::", "pistache"},
      {"oatpp::", "oatpp"},        {"drogon::", "drogon"},        {"restinio::", "restinio"},
      {"web::http", "cpprestsdk"}, {"SimpleWeb::", "simple-web"}, {"Poco::", "poco"},
      {"uWS::", "uwebsockets"},    {"served::", "served"},        {"restbed::", "restbed"}};
  for (const auto& [mark, name] : libraries) {
    if (contains(r.callee_name, mark) || contains(r.object_type, mark)) return name;
  }
  return otherwise;
}

Found crow(const Call& call) {
  const Registration& r = call.registration;
  const bool macro = r.macro.rfind("CROW_", 0) == 0;
  const bool crow_call = library_of(r, "") == "crow" && (last_component(r.callee_name) == "operator()" ||
                                                         call.has_word({"dynamic", "rule"}));
  if (call.paths.empty() || (!macro && !crow_call)) return {};
  std::string path = call.paths.front();
  // crow::Blueprint bp("admin"): CROW_BP_ROUTE(bp, "/users") is /admin/users.
  if (contains(r.object_type, "Blueprint") && !call.made_with.empty()) path = '/' + call.made_with + path;
  return {call.verbs.empty() ? Strings{"GET"} : call.verbs, path, "crow"};
}

Found drogon(const Call& call) {
  const Registration& r = call.registration;
  const std::string name = last_component(r.callee_name);
  const bool known = name == "registerMethod" || name == "registerHandler" ||
                     name == "registerHandlerViaRegex" || name == "registerMethodViaRegex" ||
                     name == "registerSelf__";
  if (!known) return {};
  std::string path = call.paths.empty() ? std::string() : call.paths.front();
  if (r.macro == "METHOD_ADD") {
    const bool text = r.arguments.size() > 1 && r.argument_is_string[1];
    if (path.empty() && text && !r.arguments[1].empty()) path = '/' + r.arguments[1];
    path = class_path(r) + path;
  }
  if (path.empty()) return {};
  return {call.verbs.empty() ? Strings{"*"} : call.verbs, path, "drogon"};
}

// A call or a row with verb, path and callable, in any order.
Found verb_and_path(const Call& call) {
  if (call.verbs.empty() || call.paths.empty()) return {};
  std::string path = call.paths.front();
  if (call.paths.size() > 1 && contains(call.registration.callee_name, "ulfius")) path += call.paths[1];
  const std::string otherwise = call.registration.callee_name.empty() ? "table" : "call";
  return {call.verbs, path, library_of(call.registration, otherwise)};
}

// svr.Get("/x", handler), Routes::Post(router, "/x", ...), router->http_put("/x", ...), r.add_delete("/x",
// ...)
Found verb_method(const Call& call) {
  static const std::set<std::string> helpers = {"http",   "add", "register", "on",  "route",
                                                "handle", "do",  "map",      "bind"};
  if (call.paths.empty() || call.words.empty() || asks_others(call.registration.object_type))
    return {};
  Strings verbs;
  for (const std::string& word : call.words) {
    const Strings verb = verbs_in(word);
    if (!verb.empty()) {
      verbs = verb;
    } else if (word == "any" || word == "all") {
      verbs = {"*"};
    } else if (helpers.count(word) == 0) {
      return {};
    }
  }
  if (verbs.empty()) return {};
  return {verbs, call.paths.front(), library_of(call.registration, "verb method")};
}

// server.handle("/x", f), evhttp_set_cb(server, "/x", f, ...), handlers["/x"] = f
Found any_verb(const Call& call) {
  const Registration& r = call.registration;
  if (call.paths.empty() || asks_others(r.object_type)) return {};
  const bool by_name = call.has_word({"route", "handle", "handler", "endpoint", "resource", "url", "uri"}) ||
                       last_component(r.callee_name) == "evhttp_set_cb";
  const Strings type = name_words(r.object_type);
  const bool server = std::any_of(type.begin(), type.end(), [](const std::string& word) {
    return word == "server" || word == "router" || word == "app" || word == "http" || word == "rest" ||
           word == "routes" || word == "dispatcher" || word == "route";
  });
  if (!by_name &&
      !(server && call.has_word({"on", "bind", "add", "register", "map", "set", "emplace", "insert"})))
    return {};
  return {{"*"}, call.paths.front(), library_of(r, "handler")};
}

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*')
    return matches(pattern.substr(1), name) || (!name.empty() && matches(pattern, name.substr(1)));
  return !name.empty() && pattern.front() == name.front() && matches(pattern.substr(1), name.substr(1));
}

Found configured(const Registration& r, const std::vector<RoutePattern>& patterns) {
  const std::string& name = r.callee_name.empty() ? r.object_type : r.callee_name;
  for (const RoutePattern& pattern : patterns) {
    const bool fits = matches(pattern.callee, name) || matches(pattern.callee, r.macro);
    const auto path = static_cast<std::size_t>(pattern.path_argument);
    if (!fits || pattern.path_argument < 0 || path >= r.arguments.size()) continue;
    Strings verbs = verbs_in(pattern.method);
    const auto method = static_cast<std::size_t>(pattern.method_argument);
    if (pattern.method_argument >= 0 && method < r.arguments.size()) verbs = verbs_in(r.arguments[method]);
    if (verbs.empty() && pattern.method_argument < 0 && pattern.method != "*")
      verbs = verbs_in(last_component(r.callee_name));
    return {verbs.empty() ? Strings{"*"} : verbs, pattern.prefix + r.arguments[path], "pattern"};
  }
  return {};
}

// http_listener listener("http://host:80/api"); listener.support(methods::GET, handler);
class Listeners {
 public:
  explicit Listeners(const facts::Program& program) {
    for (const facts::FileFacts& file : program.files) {
      for (const facts::StringValue& value : file.strings) {
        const bool listener =
            contains(value.callee_name, "http_listener") || contains(value.callee_name, "uri_builder");
        if (!listener || value.pieces.empty() || !value.pieces.back().known) continue;
        paths_[file.path].insert(path_of(value.pieces.back().text));
      }
    }
  }

  Found find(const Call& call) const {
    const Registration& r = call.registration;
    if (last_component(r.callee_name) != "support" ||
        !contains(r.callee_name + r.object_type, "http_listener"))
      return {};
    if (!call.made_with.empty())
      return {call.verbs.empty() ? Strings{"*"} : call.verbs, path_of(call.made_with) + "/**", "cpprestsdk"};
    const auto paths = paths_.find(r.at.file);
    const bool one = paths != paths_.end() && paths->second.size() == 1;
    const std::string base = one ? *paths->second.begin() : std::string();
    return {call.verbs.empty() ? Strings{"*"} : call.verbs, base + "/**",
            one ? "cpprestsdk" : "cpprestsdk, path not known"};
  }

 private:
  static std::string path_of(const std::string& url) {
    const std::size_t scheme = url.find("://");
    std::size_t start = scheme == std::string::npos ? 0 : url.find('/', scheme + 3);
    if (scheme == std::string::npos && (url.empty() || url.front() != '/')) start = url.find('/');
    std::string path = start == std::string::npos ? std::string() : url.substr(start);
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path;
  }
  std::map<std::string, std::set<std::string>> paths_;
};

// if (req.target() == "/x"): a string compared on a line that asks for the target.
class TargetCompares {
 public:
  TargetCompares(const facts::FileFacts& file, const std::map<std::string, std::string>& names)
      : file_(file), names_(names), verbs_(verb_lines(file)) {
    for (const facts::Reference& reference : file.references) {
      if (is_target(last_component(reference.to_name))) targets_.insert(reference.at.line);
    }
  }

  void add_to(std::vector<Route>& routes) const {
    for (const facts::StringValue& value : file_.strings) {
      const std::string name = last_component(value.callee_name);
      const bool prefix = name == "starts_with" || name == "startsWith" || name == "rfind";
      if ((name != "operator==" && !prefix) || value.pieces.size() != 1 || !value.pieces.front().known)
        continue;
      std::string path = value.pieces.front().text;
      if (!is_path(path) || targets_.count(value.at.line) == 0) continue;
      if (prefix) path += path.back() == '/' ? "**" : "/**";
      const auto verbs = verbs_.find(value.at.line);
      const auto handler = names_.find(value.in_usr);
      for (const std::string& verb : verbs == verbs_.end() ? Strings{"*"} : verbs->second) {
        routes.push_back({verb, normal_path(path), value.at, value.in_usr,
                          handler == names_.end() ? std::string() : handler->second, "target compare"});
      }
    }
  }

 private:
  static bool is_target(const std::string& name) {
    static const std::set<std::string> names = {"target",      "uri",  "url",      "getURI",
                                                "request_uri", "path", "resource", "getPath"};
    return names.count(name) != 0;
  }
  const facts::FileFacts& file_;
  const std::map<std::string, std::string>& names_;
  std::map<std::uint32_t, Strings> verbs_;
  std::set<std::uint32_t> targets_;
};

std::map<std::string, std::string> function_names(const facts::Program& program) {
  std::map<std::string, std::string> names;
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Symbol& symbol : file.symbols) names.emplace(symbol.usr, symbol.name);
  }
  return names;
}

void add_routes(const Registration& r, const Found& found, std::vector<Route>& routes) {
  if (found.path.empty() || r.callables.empty()) return;
  // Middleware stands before the handler; a row's handler comes first.
  const std::size_t handler = r.callee_name.empty() ? 0 : r.callables.size() - 1;
  const std::string name = handler < r.callable_names.size() ? r.callable_names[handler] : std::string();
  for (const std::string& verb : found.verbs) {
    routes.push_back({verb, normal_path(found.path), r.at, r.callables[handler], name, found.detector});
  }
}

// The same row can be seen as a list and as a constructor call: one place, verb and path is one route.
void sort_unique(std::vector<Route>& routes) {
  std::sort(routes.begin(), routes.end());
  const auto same = [](const Route& a, const Route& b) {
    return a.method == b.method && a.path == b.path && a.at.file == b.at.file && a.at.line == b.at.line;
  };
  routes.erase(std::unique(routes.begin(), routes.end(), same), routes.end());
}

}  // namespace

std::vector<Route> find_routes(const facts::Program& program, const std::vector<RoutePattern>& patterns) {
  std::vector<Route> routes;
  const Listeners listeners(program);
  const std::map<std::string, std::string> names = function_names(program);
  for (const facts::FileFacts& file : program.files) {
    const std::map<std::uint32_t, Strings> verbs = verb_lines(file);
    for (const Registration& registration : file.registrations) {
      const auto nearby = verbs.find(registration.at.line);
      const Call call(registration, nearby == verbs.end() ? Strings() : nearby->second);
      Found found = configured(call.registration, patterns);
      if (found.path.empty()) found = crow(call);
      if (found.path.empty()) found = drogon(call);
      if (found.path.empty()) found = listeners.find(call);
      if (found.path.empty()) found = verb_and_path(call);
      if (found.path.empty()) found = verb_method(call);
      if (found.path.empty()) found = any_verb(call);
      add_routes(registration, found, routes);
    }
    TargetCompares(file, names).add_to(routes);
  }
  add_path_lists(program, routes);
  sort_unique(routes);
  return routes;
}

}  // namespace banyan::evidence
