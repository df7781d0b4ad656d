#include "analyzer/rules/baseline.hpp"

#include <llvm/Support/JSON.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <tuple>

namespace banyan::rules {
namespace {

namespace json = llvm::json;

// "[3:14, byte=52]: Expected , or ] after array element" -> "F:3:14: error: Expected ..."
std::string place_error(const std::string& path, llvm::Error error) {
  const std::string text = llvm::toString(std::move(error));
  const auto colon = text.find(':'), comma = text.find(','), close = text.find("]: ");
  if (text.empty() || text[0] != '[' || colon > comma || close == std::string::npos)
    return path + ":1:1: error: " + text;
  return path + ":" + text.substr(1, comma - 1) + ": error: not JSON: " + text.substr(close + 3);
}

// The line of the n-th entry: the writer puts one on a line, so people find it even in a hand-made file.
std::string entry_error(const std::string& path, const std::string& text, std::size_t entry,
                        const std::string& message) {
  std::size_t at = text.find("\"violations\"");
  for (std::size_t i = 0; i <= entry && at != std::string::npos; ++i) at = text.find('{', at + 1);
  if (at == std::string::npos) at = 0;
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const auto start = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const std::size_t column = start == std::string::npos ? at + 1 : at - start;
  return path + ":" + std::to_string(line) + ":" + std::to_string(column) + ": error: " + message;
}

std::string quoted(const std::string& text) {
  std::string out;
  llvm::raw_string_ostream stream(out);
  stream << json::Value(json::isUTF8(text) ? text : json::fixUTF8(text));
  return out;
}

bool holds(const std::vector<std::string>& files, const std::string& name) {
  return name.starts_with("table ") || std::binary_search(files.begin(), files.end(), name);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// How likely `now` is what became of `was`: 0 not at all. A vanished name is better evidence than a move.
int likeness(const Key& was, const Key& now, const std::vector<std::string>& files) {
  if (was.rule != now.rule) return 0;
  const bool from_gone = !holds(files, was.from), to_gone = !was.to.empty() && !holds(files, was.to);
  const bool same_from = was.from == now.from, same_to = was.to == now.to;
  if (same_to && from_gone) return base_name(was.from) == base_name(now.from) ? 6 : 5;
  if (same_from && to_gone) return base_name(was.to) == base_name(now.to) ? 6 : 5;
  if (from_gone && to_gone) return base_name(was.to) == base_name(now.to) ? 4 : 0;
  if (same_to && !was.to.empty()) return 2;
  return 0;
}

void pair_moves(Comparison& result, const std::vector<std::string>& files) {
  std::vector<std::tuple<int, std::size_t, std::size_t>> pairs;  // negated likeness: best first
  for (std::size_t was = 0; was < result.stale.size(); ++was)
    for (std::size_t now = 0; now < result.added.size(); ++now)
      if (const int like = likeness(result.stale[was], result.added[now].key, files); like > 0)
        pairs.emplace_back(-like, was, now);
  std::sort(pairs.begin(), pairs.end());
  std::vector<bool> was_done(result.stale.size()), now_done(result.added.size());
  for (const auto& [like, was, now] : pairs) {
    if (was_done[was] || now_done[now]) continue;
    was_done[was] = now_done[now] = true;
    result.moved.push_back({result.stale[was], result.added[now], like <= -4});
  }
  const auto drop = [](auto& list, const std::vector<bool>& done) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < list.size(); ++i)
      if (!done[i]) {
        if (kept != i) list[kept] = std::move(list[i]);
        ++kept;
      }
    list.resize(kept);
  };
  drop(result.stale, was_done), drop(result.added, now_done);
  std::sort(result.moved.begin(), result.moved.end(),
            [](const Moved& a, const Moved& b) { return a.now.key < b.now.key; });
}

}  // namespace

BaselineResult parse_baseline(const std::string& path, const std::string& text) {
  BaselineResult result;
  auto parsed = json::parse(text);
  if (!parsed) return {{}, place_error(path, parsed.takeError())};
  const json::Object* root = parsed->getAsObject();
  const json::Array* entries = root == nullptr ? nullptr : root->getArray("violations");
  if (entries == nullptr)
    return {{}, path + ":1:1: error: not a baseline: no list \"violations\"\n  make one with: banyan-analyze baseline create"};
  if (root->getInteger("version").value_or(0) != 1)
    return {{}, path + ":1:1: error: \"version\" must be 1"};
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const json::Object* entry = (*entries)[i].getAsObject();
    const auto rule = entry == nullptr ? std::nullopt : entry->getString("rule");
    const auto from = entry == nullptr ? std::nullopt : entry->getString("from");
    if (!rule || !from)
      return {{}, entry_error(path, text, i, "entry " + std::to_string(i + 1) + " needs \"rule\" and \"from\"")};
    result.baseline.entries.push_back({rule->str(), from->str(), entry->getString("to").value_or("").str()});
  }
  auto& keys = result.baseline.entries;
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return result;
}

std::string write_baseline(const Baseline& baseline) {
  std::string out = "{\"version\": 1, \"violations\": [";
  const char* separator = "\n";
  for (const Key& key : baseline.entries) {
    out += std::string(separator) + "{\"rule\": " + quoted(key.rule) + ", \"from\": " + quoted(key.from);
    if (!key.to.empty()) out += ", \"to\": " + quoted(key.to);
    out += "}";
    separator = ",\n";
  }
  return out + "\n]}\n";
}

Baseline baseline_of(const std::vector<Violation>& violations) {
  Baseline out;
  for (const Violation& violation : violations) out.entries.push_back(violation.key);
  std::sort(out.entries.begin(), out.entries.end());
  out.entries.erase(std::unique(out.entries.begin(), out.entries.end()), out.entries.end());
  return out;
}

Comparison compare(const Baseline& baseline, std::vector<Violation> violations, const Scene& scene) {
  Comparison result;
  std::vector<bool> seen(baseline.entries.size());
  for (Violation& violation : violations) {
    const auto entry = std::lower_bound(baseline.entries.begin(), baseline.entries.end(), violation.key);
    const bool known = entry != baseline.entries.end() && *entry == violation.key;
    if (known) seen[static_cast<std::size_t>(entry - baseline.entries.begin())] = true;
    (known ? result.known : result.added).push_back(std::move(violation));
  }
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (!seen[i]) result.stale.push_back(baseline.entries[i]);
  pair_moves(result, scene.files);
  return result;
}

Baseline prune(const Comparison& comparison) {
  std::vector<Violation> kept = comparison.known;
  for (const Moved& moved : comparison.moved) kept.push_back(moved.now);
  return baseline_of(kept);
}

}  // namespace banyan::rules
