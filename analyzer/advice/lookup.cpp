#include "analyzer/advice/lookup.hpp"

namespace banyan::advice {

std::string one_line(std::string text) {
  for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return text;
}

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

}  // namespace

Lookup::Lookup(const Subject& subject) : subject_(subject) {
  for (const contexts::TableOwner& owner : subject.contexts.tables) {
    if (owner.table < subject.graph.tables.size())
      owners_[lower(subject.graph.tables[owner.table])] = owner.context;
  }
}

std::uint32_t Lookup::context_of_file(std::string_view path) const {
  const std::uint32_t file = graph::file_index(subject_.graph, path);
  if (file == graph::none) return graph::none;
  const std::uint32_t component = subject_.graph.component_of[file];
  const auto& contexts = subject_.contexts.context_of;
  return component < contexts.size() ? contexts[component] : graph::none;
}

std::uint32_t Lookup::owner_of_table(const std::string& table) const {
  const auto found = owners_.find(lower(table));
  return found == owners_.end() ? graph::none : found->second;
}

std::uint32_t Lookup::context_of_symbol(std::string_view usr) const {
  const auto& symbols = subject_.graph.symbols;
  const auto found = std::lower_bound(symbols.begin(), symbols.end(), usr,
                                      [](const graph::SymbolInfo& one, std::string_view key) { return one.usr < key; });
  if (found == symbols.end() || found->usr != usr || found->owners.empty()) return graph::none;
  const std::uint32_t component = found->owners.front();
  const auto& contexts = subject_.contexts.context_of;
  return component < contexts.size() ? contexts[component] : graph::none;
}

std::uint32_t Lookup::context_of_route(std::size_t route) const {
  const auto& routes = subject_.contexts.routes;
  return route < routes.size() ? routes[route].context : graph::none;
}

std::string Lookup::name(std::uint32_t context) const {
  return context < subject_.contexts.contexts.size() ? subject_.contexts.contexts[context].name
                                                     : std::string();
}

bool Lookup::is_kernel(std::uint32_t context) const {
  return context < subject_.contexts.contexts.size() && subject_.contexts.contexts[context].shared_kernel;
}

std::vector<std::string> Lookup::names(const std::set<std::uint32_t>& contexts) const {
  std::set<std::string> sorted;
  for (const std::uint32_t context : contexts) {
    if (context != graph::none) sorted.insert(name(context));
  }
  return {sorted.begin(), sorted.end()};
}

std::string list(const std::vector<std::string>& items, std::size_t most) {
  std::string out;
  const std::size_t shown = items.size() > most ? most : items.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == items.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + items[i];
  }
  if (shown < items.size()) out += " and " + std::to_string(items.size() - shown) + " more";
  return out;
}

std::string list(const std::set<std::string>& items, std::size_t most) {
  return list(std::vector<std::string>(items.begin(), items.end()), most);
}

std::string counted(std::size_t number, std::string_view singular) {
  std::string out = std::to_string(number) + " " + std::string(singular);
  if (number != 1) out += singular.ends_with("s") ? "es" : "s";
  return out;
}

std::string kebab(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::string digest(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (int shift = 60; shift >= 20; shift -= 4) out += digits[(hash >> shift) & 15];
  return out;
}

void sort_unique(std::vector<Location>& places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
}

}  // namespace banyan::advice
