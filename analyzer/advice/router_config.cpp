#include "analyzer/advice/router_config.hpp"

#include "analyzer/advice/lookup.hpp"

#include <tuple>

namespace banyan::advice {
namespace {

using evidence::AccessMode;
using evidence::Route;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + '"';
}

// /a/{id} and /a/{order} ask for the same paths.
std::string shape(const std::string& path) {
  std::string out;
  bool parameter = false;
  for (const char c : path) {
    if (c == '{') parameter = true;
    if (!parameter || c == '{') out += c;
    if (c == '}') parameter = false;
  }
  return out;
}

// A path the router's patterns can express: /literal, {name} as whole segments, ** at the end.
bool is_expressible(const std::string& path) {
  if (path.empty() || path.front() != '/') return false;
  if (path.find_first_of(" ?#\\\"<>()[]|^") != std::string::npos) return false;
  const std::size_t rest = path.find('*');
  return rest == std::string::npos ||
         (rest + 2 == path.size() && path.compare(rest, 2, "**") == 0 && path[rest - 1] == '/');
}

struct Entry {
  std::string method;
  std::string path;
  std::vector<std::string> methods;  // for the rule; empty: any
  std::vector<std::string> comments;
  bool safe = false;
};

struct Leaving {
  std::string name;  // context, fit for an upstream
  std::string address;
  bool placeholder = false;
  std::vector<Entry> entries;
};

class Writer {
 public:
  Writer(const Subject& subject, const RouterConfigOptions& options)
      : subject_(subject), options_(options), lookup_(subject) {}

  std::string write() {
    choose();
    sort_routes();
    head();
    upstreams();
    out_ += "\ncutovers:";
    bool any = false;
    for (const auto& [name, leaving] : by_name_) {
      if (leaving->entries.empty()) continue;
      any = true;
      out_ += "\n  # Context " + name + "\n";
      options_.grouping == Grouping::context ? grouped(*leaving) : single(*leaving);
    }
    if (!any) out_ += " []\n";
    staying();
    return std::move(out_);
  }

 private:
  void choose() {
    const auto& contexts = subject_.contexts.contexts;
    std::set<std::string> used = {"monolith", "none", "legacy"};
    for (std::uint32_t context = 0; context < contexts.size(); ++context) {
      const contexts::Context& one = contexts[context];
      const auto& wanted = options_.contexts;
      const bool named = std::find(wanted.begin(), wanted.end(), one.name) != wanted.end() ||
                         std::find(wanted.begin(), wanted.end(), one.id) != wanted.end();
      if (wanted.empty() ? one.shared_kernel : !named) continue;
      Leaving leaving;
      leaving.name = kebab(one.id.empty() ? one.name : one.id);
      if (leaving.name.empty()) leaving.name = "context";
      for (int number = 2; !used.insert(leaving.name).second; ++number) {
        leaving.name = kebab(one.id) + "-" + std::to_string(number);
      }
      leaving_.emplace(context, std::move(leaving));
    }
    // By name, so that another ranking of the contexts changes nothing.
    for (auto& [context, leaving] : leaving_) by_name_[leaving.name] = &leaving;
    int port = 9101;
    for (auto& [name, leaving] : by_name_) {
      const auto given = options_.upstreams.find(name);
      leaving->placeholder = given == options_.upstreams.end();
      leaving->address = leaving->placeholder ? "127.0.0.1:" + std::to_string(port) : given->second;
      ++port;
    }
  }

  void sort_routes() {
    std::vector<std::size_t> order(subject_.evidence.routes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [this](std::size_t i) {
      const Route& route = subject_.evidence.routes[i];
      return std::tie(route.path, route.method, route.at);
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    for (const std::size_t route : order) {
      if (subject_.evidence.routes[route].method == "HEAD")
        heads_.insert(shape(subject_.evidence.routes[route].path));
    }
    for (const std::size_t route : order) sort_in(route);
  }

  void sort_in(std::size_t index) {
    const Route& route = subject_.evidence.routes[index];
    const std::string text = route.method + " " + route.path;
    const auto leaving = leaving_.find(lookup_.context_of_route(index));
    if (leaving == leaving_.end()) {
      const std::string owner = lookup_.name(lookup_.context_of_route(index));
      staying_.push_back(text + (owner.empty() ? " (no context owns it)" : " (" + owner + ")"));
    } else if (!is_expressible(route.path)) {
      staying_.push_back(text + " (write this path by hand)");
    } else if (!taken_.insert(route.method + " " + shape(route.path)).second) {
      staying_.push_back(text + " (a second registration of the same path, " + route.at.file + ":" +
                         std::to_string(route.at.line) + ")");
    } else {
      leaving->second.entries.push_back(entry(index));
    }
  }

  Entry entry(std::size_t index) {
    const Route& route = subject_.evidence.routes[index];
    Entry one{route.method, route.path, {}, {}, is_safe(route.method)};
    if (route.method != "*") one.methods.push_back(route.method);
    const bool adds_head = route.method == "GET" && heads_.count(shape(route.path)) == 0;
    if (adds_head) one.methods.push_back("HEAD");
    one.comments.push_back(route.method + " " + route.path + " -> " +
                           (route.handler_name.empty() ? "its handler" : route.handler_name) + " (" +
                           route.at.file + ":" + std::to_string(route.at.line) + ")");
    std::set<std::string> reads, writes;
    if (index < subject_.graph.routes.size()) {
      for (const auto& [table, mode] : subject_.graph.routes[index].tables) {
        (mode == AccessMode::read ? reads : writes).insert(subject_.graph.tables[table]);
      }
    }
    if (!reads.empty()) one.comments.push_back("  reads " + list(reads, 12));
    if (!writes.empty()) one.comments.push_back("  writes " + list(writes, 12));
    if (one.safe && !writes.empty()) {
      one.comments.push_back("  warning: this " + route.method +
                             " writes; it is treated as unsafe and never shadowed");
      one.safe = false;
    }
    foreign_tables(index, reads, writes, one);
    return one;
  }

  void foreign_tables(std::size_t index, const std::set<std::string>& reads,
                      const std::set<std::string>& writes, Entry& one) {
    const std::uint32_t own = lookup_.context_of_route(index);
    std::set<std::string> foreign;
    for (const auto* tables : {&reads, &writes}) {
      for (const std::string& table : *tables) {
        const std::uint32_t owner = lookup_.owner_of_table(table);
        if (owner != graph::none && owner != own) foreign.insert(table + " of " + lookup_.name(owner));
      }
    }
    if (!foreign.empty()) one.comments.push_back("  needs " + list(foreign, 8));
  }

  void head() {
    out_ =
        "# Draft by banyan-analyze router-config. Everything starts at stage legacy: the router answers as "
        "the monolith\n"
        "# does until a cutover is promoted. Addresses marked so are placeholders.\n"
        "version: 1\n"
        "static: { listen: " +
        quoted(options_.listen) + ", admin: " + quoted(options_.admin) +
        ", state: " + quoted(options_.state) +
        (options_.access_log.empty() ? std::string() : ", access_log: " + quoted(options_.access_log)) + " }\n";
    std::string keys;
    for (const std::string& key : options_.cohort_keys) keys += (keys.empty() ? "" : ", ") + quoted(key);
    if (!keys.empty()) {
      out_ +=
          "# Who a caller is. The salt must not change while a cutover is under way.\n"
          "cohort: { key: [ " +
          keys + " ], missing: legacy, salt: " + quoted(options_.salt) + " }\n";
    }
  }

  void upstreams() {
    out_ += "upstreams:\n  monolith: { endpoints: [ " + quoted(options_.monolith) + " ] }\n";
    for (const auto& [name, leaving] : by_name_) {
      if (leaving->entries.empty()) continue;
      out_ += "  " + name + ": { endpoints: [ " + quoted(leaving->address) +
              " ], health: { path: /readyz } }" +
              (leaving->placeholder ? "  # placeholder: where this service will listen\n" : "\n");
    }
    const std::string samples = std::to_string(options_.min_samples);
    out_ +=
        "default: monolith\n"
        "gates:\n"
        "  parity:  { min_samples: " +
        samples +
        ", diff_rate: { max: 0.1%, confidence: 0.99 } }\n"
        "  healthy: { min_samples: " +
        samples + ", error_rate: { worse_than_baseline: 0.2pp }, p99: { ratio_max: 1.5 } }\n";
  }

  std::string unique_name(const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2; !names_.insert(name).second; ++number) name = wanted + "-" + std::to_string(number);
    return name;
  }

  void single(const Leaving& leaving) {
    for (const Entry& entry : leaving.entries) {
      const std::string method = entry.method == "*" ? "any" : entry.method;
      cutover(unique_name(kebab(leaving.name + " " + method + " " + entry.path)), leaving.name, {&entry},
              entry.safe);
    }
  }

  void grouped(const Leaving& leaving) {
    std::vector<const Entry*> reads, changes;
    for (const Entry& entry : leaving.entries) (entry.safe ? reads : changes).push_back(&entry);
    if (!reads.empty()) cutover(unique_name(leaving.name + "-read"), leaving.name, reads, true);
    if (!changes.empty()) cutover(unique_name(leaving.name + "-write"), leaving.name, changes, false);
  }

  void cutover(const std::string& name, const std::string& to, const std::vector<const Entry*>& entries,
               bool safe) {
    out_ += "  - name: " + name + "\n";
    if (entries.size() == 1) {
      comments(*entries.front(), "    ");
      out_ += "    match: " + rule(*entries.front()) + "\n";
    } else {
      out_ += "    match:\n";
      for (const Entry* entry : entries) {
        comments(*entry, "      ");
        out_ += "      - " + rule(*entry) + "\n";
      }
    }
    out_ += "    from: monolith\n    to: " + to + "\n    plan:\n";
    if (safe) out_ += "      - { stage: shadow, percent: 100, gate: [ parity ] }\n";
    for (const char* percent : {"10", "50"}) {
      out_ += "      - { stage: canary, percent: " + std::string(percent) + ", gate: [ healthy ] }\n";
    }
    out_ += "      - { stage: live, gate: [ healthy ] }\n";
  }

  void comments(const Entry& entry, const std::string& indent) {
    for (const std::string& comment : entry.comments) out_ += indent + "# " + one_line(comment) + "\n";
  }

  static std::string rule(const Entry& entry) {
    std::string methods;
    for (const std::string& method : entry.methods) methods += (methods.empty() ? "" : ", ") + method;
    return "{ " + (methods.empty() ? std::string() : "methods: [ " + methods + " ], ") +
           "path: " + quoted(entry.path) + " }";
  }

  void staying() {
    if (staying_.empty()) return;
    out_ += "\n# Left to the monolith:\n";
    for (const std::string& route : staying_) out_ += "#   " + one_line(route) + "\n";
  }

  const Subject& subject_;
  const RouterConfigOptions& options_;
  Lookup lookup_;
  std::map<std::uint32_t, Leaving> leaving_;
  std::map<std::string, Leaving*> by_name_;
  std::set<std::string> heads_;  // shapes with a HEAD route of their own
  std::set<std::string> taken_;
  std::set<std::string> names_;
  std::vector<std::string> staying_;
  std::string out_;
};

}  // namespace

std::string router_config(const Subject& subject, const RouterConfigOptions& options) {
  return Writer(subject, options).write();
}

}  // namespace banyan::advice
