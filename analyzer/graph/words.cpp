#include "analyzer/graph/internal.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace banyan::graph::internal {
namespace {

// Words of the language, its library and of licences: they say nothing about what a file is for.
constexpr std::string_view stop_words =
    "able abs add all also and any apache append are arg args argument array assert author auto back "
    "based basic because been before begin bool both boost break buf but byte can case cast catch char "
    "check class clear conditions const constexpr continue copy copyright could count create current data "
    "def default define delete did distributed does done double each else empty end endif enum err error "
    "exception explicit express extern false file find first flag float for foundation free from function "
    "general get gnu goto has have here how idx ifdef ifndef implied impl include index info init inline "
    "insert int into its iter iterator kind len length lib license licensed limitations limited line list "
    "long lower make map max may member merchantability method min mit move must mutable name namespace "
    "need new next noexcept none not null nullopt nullptr num number obj object off once one only "
    "operator opt optional other out override own pair param particular permission pop pos pragma private "
    "protected provided ptr public purpose push redistribution ref remove result return returns rights "
    "same second see self set shall shared should size sizeof software some source std str static stream "
    "string struct such switch template terms text than that the their them then there these they this "
    "those throw time tmp todo true try tuple type typedef typename under union unique unless unsigned "
    "until update use used using val value var vector version view virtual void volatile want warranties "
    "warranty was well were what when where whether which while will with without would you your ";

std::set<std::string_view> split_stop_words() {
  std::set<std::string_view> words;
  for (auto rest = stop_words; !rest.empty(); rest.remove_prefix(rest.find(' ') + 1))
    words.insert(rest.substr(0, rest.find(' ')));
  return words;
}

bool is_stop_word(std::string_view word) {
  static const std::set<std::string_view> words = split_stop_words();
  return words.contains(word);
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// OrderHTTPServer_v2 -> order http server
template <typename Sink>
void split_words(std::string_view name, Sink sink) {
  std::string word;
  const auto flush = [&] {
    if (word.size() > 2) sink(word);
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_upper(c)) {
      const bool after_lower = i > 0 && is_lower(name[i - 1]);
      const bool last_of_acronym =
          i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
      if (after_lower || last_of_acronym) flush();
      word.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if (is_lower(c) || static_cast<unsigned char>(c) >= 0x80) {
      word.push_back(c);
    } else {
      flush();
    }
  }
  flush();
}

std::string stem(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> rules = {{{"ations", "at"},
                                                                                          {"ation", "at"},
                                                                                          {"ments", "ment"},
                                                                                          {"ies", "y"},
                                                                                          {"ing", ""},
                                                                                          {"sses", "ss"},
                                                                                          {"ed", ""},
                                                                                          {"s", ""}}};
  if (word.ends_with("ss") || word.ends_with("us") || word.ends_with("is")) return std::string(word);
  for (const auto& [ending, replacement] : rules)
    if (word.ends_with(ending) && word.size() >= ending.size() + 3)
      return std::string(word.substr(0, word.size() - ending.size())).append(replacement);
  return std::string(word);
}

using Counts = std::map<std::string, double>;
constexpr double defined_here = 5;

Counts words_of(const facts::FileFacts& file) {
  Counts counts;
  const auto add = [&](double weight) {
    return [&counts, weight](const std::string& word) {
      if (!is_stop_word(word)) counts[word] += weight;
    };
  };
  for (const auto& word : file.words) split_words(word, add(1));
  for (const auto& symbol : file.symbols) {
    if (!symbol.definition) continue;
    const auto last = symbol.name.rfind("::");
    const std::string_view name = symbol.name;
    split_words(last == std::string_view::npos ? name : name.substr(last + 2), add(defined_here));
  }
  return counts;
}

// Words of one stem are one word, shown as its commonest form.
std::map<std::string, std::string> choose_forms(const Counts& total) {
  std::map<std::string, std::pair<double, std::string>> best;
  for (const auto& [word, count] : total) {
    auto& [most, form] = best[stem(word)];
    if (count > most) most = count, form = word;
  }
  std::map<std::string, std::string> forms;
  for (auto& [root, choice] : best) forms.emplace(root, std::move(choice.second));
  return forms;
}

std::vector<Weighted> to_list(const Counts& counts) {
  std::vector<Weighted> list;
  for (const auto& [word, weight] : counts) list.push_back({word, weight});
  return list;
}

// shop::orders::Service -> shop::orders; template arguments and anonymous namespaces left out.
std::string namespace_of(std::string_view name) {
  std::size_t depth = 0, last = std::string_view::npos;
  if (const auto op = name.find("operator"); op != std::string_view::npos && (op == 0 || name[op - 1] == ':'))
    name = name.substr(0, op + 1);
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == '<' || name[i] == '(') ++depth;
    if ((name[i] == '>' || name[i] == ')') && depth > 0) --depth;
    if (depth == 0 && name[i] == ':' && name[i + 1] == ':') last = i++;
  }
  if (last == std::string_view::npos) return {};
  std::string scope(name.substr(0, last));
  for (const std::string_view anonymous :
       {"::(anonymous namespace)", "(anonymous namespace)::", "(anonymous namespace)"})
    for (auto at = scope.find(anonymous); at != std::string::npos; at = scope.find(anonymous))
      scope.erase(at, anonymous.size());
  return scope;
}

}  // namespace

void collect_words(Graph& graph, const Program& program) {
  std::vector<Counts> per_component(graph.components.size());
  Counts total;
  for (std::uint32_t file = 0; file < program.files.size(); ++file)
    for (const auto& [word, weight] : words_of(program.files[file])) {
      per_component[graph.component_of[file]][word] += weight;
      total[word] += weight;
    }
  const auto forms = choose_forms(total);
  for (std::size_t i = 0; i < per_component.size(); ++i) {
    Counts merged;
    for (const auto& [word, weight] : per_component[i]) merged[forms.at(stem(word))] += weight;
    graph.components[i].words = to_list(merged);
  }
}

void collect_scopes(Graph& graph, const Program& program) {
  std::vector<Counts> per_component(graph.components.size());
  for (std::uint32_t file = 0; file < program.files.size(); ++file)
    for (const auto& symbol : program.files[file].symbols) {
      if (!symbol.scope_usr.empty() || symbol.kind == facts::SymbolKind::macro) continue;
      if (auto scope = namespace_of(symbol.name); !scope.empty())
        per_component[graph.component_of[file]][scope] += 1;
    }
  for (std::size_t i = 0; i < per_component.size(); ++i)
    graph.components[i].scopes = to_list(per_component[i]);
}

}  // namespace banyan::graph::internal
