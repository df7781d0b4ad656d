#include "router/config/load.hpp"

#include "router/config/loading.hpp"
#include "router/cutover/record.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace banyan::config {
namespace {

void load_version(Context& context, const Value* value) {
  std::string version;
  if (value && (value->kind != Value::Kind::scalar || value->text != "1"))
    context.expected(*value, "version 1", "the only version there is");
}

// Without `default:` it is the upstream named monolith, or the only one.
void load_default(Context& context, Mapping& root, Config& config) {
  const Value* value = root.find("default");
  const auto names = upstream_names(config.upstreams);
  if (value) {
    if (const auto found = resolve(context, value, "upstream", names)) config.default_upstream = *found;
    return;
  }
  if (const auto found = config.find_upstream("monolith"))
    config.default_upstream = *found;
  else if (names.size() > 1)
    context.error(root.value().place, "missing key 'default'",
                  "name the upstream that answers what no cutover matches");
}

// Files are found beside the configuration, wherever the router or a command is started.
void resolve_files(StaticSettings& fixed, const std::string& config_file) {
  const auto folder = std::filesystem::path(config_file).parent_path();
  for (std::string* name : {&fixed.state, &fixed.kill_file, &fixed.access_log})
    if (!name->empty() && *name != "stdout" && *name != "stderr")
      *name = (folder / *name).lexically_normal().string();
}

void resolve_tls_files(Config& config, const std::string& config_file) {
  const auto folder = std::filesystem::path(config_file).parent_path();
  const auto resolve = [&](FileName& name) {
    if (!name.path.empty()) name.path = (folder / name.path).lexically_normal().string();
  };
  const auto resolve_pair = [&](CertificateFiles& files) { resolve(files.chain), resolve(files.key); };
  if (config.fixed.tls) {
    for (CertificateFiles& files : config.fixed.tls->certificates) resolve_pair(files);
    resolve(config.fixed.tls->client_ca);
  }
  for (Upstream& upstream : config.upstreams) {
    if (!upstream.tls) continue;
    if (upstream.tls->ca) resolve(*upstream.tls->ca);
    if (upstream.tls->certificate) resolve_pair(*upstream.tls->certificate);
  }
}

std::shared_ptr<Config> load_root(Context& context, const Value& value) {
  auto config = std::make_shared<Config>();
  std::vector<PlacedRule> rules;
  {
    Mapping root(context, value, "");
    if (!root.valid()) return config;
    load_version(context, root.require("version", "version: 1"));
    load_static(context, root.find("static"), config->fixed);
    load_cohort(context, root.find("cohort"), config->cohort);
    load_upstreams(context, root.require("upstreams", "a mapping of upstreams"), config->upstreams);
    load_default(context, root, *config);
    load_gates(context, root.find("gates"), config->gates);
    load_cutovers(context, root.find("cutovers"), *config, rules);
    load_aggregations(context, root.find("aggregations"), *config, rules);
    check_lockstep(context, *config);
    load_expectations(context, root.find("expect"), *config);
  }
  check_rules(context, rules);
  std::vector<matching::Rule> plain;
  for (PlacedRule& placed : rules) plain.push_back(std::move(placed.rule));
  config->rules = matching::RuleTable(std::move(plain));
  return config;
}

}  // namespace

std::string to_string(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::optional<std::uint32_t> Config::find_cutover(std::string_view name) const {
  const auto found = cutover_index.find(name);
  if (found == cutover_index.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint32_t> Config::find_upstream(std::string_view name) const {
  for (std::uint32_t i = 0; i < upstreams.size(); ++i)
    if (upstreams[i].name == name) return i;
  return std::nullopt;
}

std::vector<std::string> Config::in_lockstep_with(const std::string& name) const {
  std::vector<std::string> names{name};
  const auto index = find_cutover(name);
  if (!index || cutovers[*index].lockstep.empty()) return names;
  for (const Cutover& other : cutovers)
    if (other.lockstep == cutovers[*index].lockstep && other.name != name) names.push_back(other.name);
  return names;
}

std::string Config::fingerprint_of(std::string_view name) const {
  const auto index = find_cutover(name);
  if (!index || cutovers[*index].lockstep.empty()) return cohort.fingerprint;
  return cutover::sha256_hex(cohort.fingerprint + '\0' + cutovers[*index].lockstep).substr(0, 16);
}

std::optional<std::uint32_t> resolve(Context& context, const Value* value, const std::string& what,
                                     const std::vector<std::string>& names) {
  std::string name;
  if (!read(context, value, name, "the name of a" + std::string(what == "upstream" || what == "aggregation" ? "n " : " ") + what))
    return std::nullopt;
  for (std::uint32_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  const std::string near = nearest(name, names);
  std::string known;
  for (const std::string& other : names) known += (known.empty() ? "" : ", ") + other;
  context.error(value->place, "unknown " + what + " '" + name + "'",
                !near.empty()   ? "did you mean '" + near + "'?"
                : known.empty() ? "there is none"
                                : "there is: " + known);
  return std::nullopt;
}

LoadResult load_text(std::string_view text, const std::string& file) {
  Context context(text, file);
  const Tree tree = parse_yaml(text);
  for (const TreeError& error : tree.errors) {
    const bool tabbed = !tree.complete && context.line_text(error.place.line).starts_with('\t');
    context.error(error.place, error.message,
                  tabbed ? "YAML is indented with blanks, never with tabs" : error.hint);
  }
  std::shared_ptr<Config> config;
  if (tree.complete && tree.root.kind != Value::Kind::null)
    config = load_root(context, tree.root);
  else if (tree.errors.empty())
    context.error({1, 1, 1}, "the file is empty", "the smallest configuration: version, upstreams, default");
  LoadResult result;
  if (context.failed()) {
    result.diagnostics = context.take();
    return result;
  }
  config->source = file;
  resolve_files(config->fixed, file);
  resolve_tls_files(*config, file);
  config->hash = cutover::sha256_hex(text);
  result.config = std::move(config);
  return result;
}

StaticSettings peek_static(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  const std::string text = std::move(bytes).str();
  Context ignored(text, file);
  const Tree tree = parse_yaml(text);
  StaticSettings fixed;
  for (const Member& member : tree.root.members)
    if (member.key.text == "static") load_static(ignored, &member.value, fixed);
  if (fixed.kill_file.empty()) fixed.kill_file = fixed.state + ".kill";
  resolve_files(fixed, file);
  return fixed;
}

LoadResult load_file(const std::string& file) {
  constexpr std::size_t largest = 64 * 1024 * 1024;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  if (stream) bytes << stream.rdbuf();
  LoadResult result;
  if (!stream || stream.bad()) {
    const std::string why = errno ? std::strerror(errno) : "it is empty or not a file";
    result.diagnostics.push_back({file, 0, 0, 1, "cannot read the configuration: " + why,
                                  "write one with: banyan-router init --upstream HOST:PORT", ""});
    return result;
  }
  const std::string text = std::move(bytes).str();
  if (text.size() <= largest) return load_text(text, file);
  result.diagnostics.push_back({file, 0, 0, 1, "the file is larger than 64 MiB", "", ""});
  return result;
}

}  // namespace banyan::config
