#include "analyzer/facts/merge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace banyan::facts {
namespace {

template <class T>
void sort_unique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

template <class T, class Place>
void sort_by_place(std::vector<T>& values, Place place) {
  std::sort(values.begin(), values.end(), [&](const T& a, const T& b) {
    const auto order = place(a) <=> place(b);
    return order != 0 ? order < 0 : a < b;
  });
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

template <class T>
void move_into(std::vector<T>& into, std::vector<T>& from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void absorb(FileFacts& into, FileFacts&& from) {
  if (into.digest < from.digest) {
    into.lines = from.lines;
    into.digest = from.digest;
    into.words = std::move(from.words);
  }
  move_into(into.symbols, from.symbols);
  move_into(into.signatures, from.signatures);
  move_into(into.references, from.references);
  move_into(into.includes, from.includes);
  move_into(into.strings, from.strings);
  move_into(into.registrations, from.registrations);
  move_into(into.guards, from.guards);
}

// USR -> text of every string variable that nobody writes and that starts with one known value.
std::unordered_map<std::string, std::string> constants(const std::map<std::string, FileFacts>& files) {
  std::unordered_set<std::string> written;
  for (const auto& [path, facts] : files) {
    for (const Reference& reference : facts.references) {
      if (reference.kind == ReferenceKind::variable_write) written.insert(reference.to_usr);
    }
  }
  std::unordered_map<std::string, std::string> out;
  for (const auto& [path, facts] : files) {
    for (const Symbol& symbol : facts.symbols) {
      const bool candidate = symbol.kind == SymbolKind::variable && !symbol.initializer.empty();
      if (candidate && !written.contains(symbol.usr)) out.emplace(symbol.usr, symbol.initializer);
    }
  }
  return out;
}

void fill_holes(FileFacts& facts, const std::unordered_map<std::string, std::string>& known) {
  for (StringValue& value : facts.strings) {
    std::vector<StringPiece> filled;
    for (StringPiece& piece : value.pieces) {
      const auto found = piece.known || piece.usr.empty() ? known.end() : known.find(piece.usr);
      if (found != known.end()) piece = StringPiece{true, found->second};
      if (piece.known && !filled.empty() && filled.back().known) {
        filled.back().text += piece.text;
      } else {
        filled.push_back(std::move(piece));
      }
    }
    value.pieces = std::move(filled);
  }
}

}  // namespace

void normalize(FileFacts& facts) {
  const auto at = [](const auto& fact) -> const Location& { return fact.at; };
  sort_by_place(facts.symbols, at);
  sort_by_place(facts.signatures, at);
  sort_by_place(facts.references, at);
  sort_by_place(facts.includes, at);
  sort_by_place(facts.strings, at);
  sort_by_place(facts.registrations, at);
  sort_by_place(facts.guards, at);
  std::sort(facts.words.begin(), facts.words.end());
}

Program merge(std::string root, std::vector<FileFacts> variants, std::vector<std::string> failed_units) {
  std::map<std::string, FileFacts> files;
  for (FileFacts& facts : variants) {
    std::string path = facts.path;
    const auto [entry, fresh] = files.try_emplace(std::move(path), FileFacts{});
    if (fresh) {
      entry->second = std::move(facts);
    } else {
      absorb(entry->second, std::move(facts));
    }
  }
  const auto known = constants(files);
  Program program;
  program.root = std::move(root);
  for (auto& [path, facts] : files) {
    fill_holes(facts, known);
    normalize(facts);
    program.files.push_back(std::move(facts));
  }
  sort_unique(failed_units);
  program.failed_units = std::move(failed_units);
  return program;
}

}  // namespace banyan::facts
