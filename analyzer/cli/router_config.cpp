// router-config: the draft again, from the facts on file, with addresses and grouping as asked for.
#include "analyzer/advice/router_config.hpp"

#include "analyzer/cli/fail.hpp"
#include "analyzer/cli/nearest.hpp"
#include "analyzer/cli/pipeline.hpp"
#include "analyzer/cli/reload.hpp"

#include <algorithm>
#include <iostream>
#include <variant>

namespace banyan::cli {
namespace {

std::vector<std::string> names_of(const contexts::Result& result) {
  std::vector<std::string> names;
  for (const auto& context : result.contexts) names.push_back(context.name);
  return names;
}

// A misspelt context would silently draft nothing.
std::string unknown_context(const std::vector<std::string>& wanted, const std::vector<std::string>& names) {
  for (const std::string& name : wanted) {
    if (std::find(names.begin(), names.end(), name) == names.end()) return name;
  }
  return {};
}

std::string near_context(const std::string& name, const std::vector<std::string>& names) {
  const std::string near = nearest(name, names);
  if (!near.empty()) return "did you mean '" + near + "'?";
  std::string all = "the contexts are:";
  for (const std::string& known : names) all += " " + known;
  return all;
}

advice::RouterConfigOptions options_of(const DraftSettings& draft) {
  advice::RouterConfigOptions options;
  options.listen = draft.listen;
  options.admin = draft.admin;
  options.state = draft.state;
  options.access_log = draft.access_log;
  options.monolith = draft.monolith;
  options.contexts = draft.contexts;
  options.grouping = draft.group == "context" ? advice::Grouping::context : advice::Grouping::route;
  for (const std::string& pair : draft.upstreams) {
    const auto equals = pair.find('=');
    options.upstreams[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return options;
}

}  // namespace

int router_config(const Settings& settings) {
  for (const std::string& pair : settings.draft.upstreams) {
    if (pair.find('=') == std::string::npos || pair.find('=') == 0)
      return fail("--upstream wants CONTEXT=HOST:PORT, got '" + pair + "'",
                  "example: --upstream inventory=127.0.0.1:8091");
  }
  const Reloaded reloaded = reload(settings);
  if (!reloaded.error.empty()) return fail(reloaded.error, reloaded.hint);
  const Analysis analysis = analyze(reloaded.program, reloaded.config);
  const auto names = names_of(analysis.contexts);
  const advice::RouterConfigOptions options = options_of(settings.draft);
  std::vector<std::string> wanted = options.contexts;
  for (const auto& [name, address] : options.upstreams) wanted.push_back(name);
  if (const std::string bad = unknown_context(wanted, names); !bad.empty())
    return fail("no context is called '" + bad + "'", near_context(bad, names));
  std::cout << advice::router_config({analysis.graph, analysis.evidence, analysis.contexts}, options);
  return kDone;
}

}  // namespace banyan::cli
