#include "analyzer/rules/rules.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

namespace banyan::rules {
namespace {

using facts::FileFacts;
using facts::ReferenceKind;

bool is_header(std::string_view path) {
  const auto dot = path.rfind('.');
  const std::string_view end = dot == std::string_view::npos ? std::string_view() : path.substr(dot);
  return end != ".cpp" && end != ".cc" && end != ".cxx" && end != ".c" && end != ".C" && end != ".c++";
}

std::string_view kind_name(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::call:
    case ReferenceKind::virtual_call:
    case ReferenceKind::construct:
    case ReferenceKind::address_taken:
      return "call";
    case ReferenceKind::type_value:
    case ReferenceKind::type_pointer:
    case ReferenceKind::type_base:
    case ReferenceKind::type_template_argument:
    case ReferenceKind::type_field:
    case ReferenceKind::overrides:
      return "type";
    case ReferenceKind::macro_use:
      return "macro";
    case ReferenceKind::variable_read:
    case ReferenceKind::variable_write:
    case ReferenceKind::field_use:
    case ReferenceKind::enumerator_use:
      return "data";
  }
  return "type";
}

// The files that declare a symbol, best first: headers that define it, headers that declare it, sources that
// define it.
struct Home {
  int rank = 0;
  std::uint32_t file = 0;
  auto operator<=>(const Home&) const = default;
};
using Homes = std::unordered_map<std::string_view, std::vector<Home>>;

Homes find_homes(const facts::Program& program) {
  Homes homes;
  for (std::uint32_t file = 0; file < program.files.size(); ++file) {
    const bool header = is_header(program.files[file].path);
    for (const auto& symbol : program.files[file].symbols) {
      if (!header && !symbol.definition) continue;
      homes[symbol.usr].push_back({header && symbol.definition ? 0 : header ? 1 : 2, file});
    }
  }
  for (auto& [usr, list] : homes) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return homes;
}

class Finder {
 public:
  Finder(const facts::Program& program, const graph::Graph& graph)
      : program_(program), graph_(graph), homes_(find_homes(program)) {}

  void add_file(std::uint32_t number) {
    const FileFacts& file = program_.files[number];
    std::set<std::string_view> included;
    for (const auto& include : file.includes) {
      if (include.target.empty()) continue;
      included.insert(include.target);
      add(file.path, include.target, false, {include.at, "include", include.spelled});
    }
    for (const auto& reference : file.references) {
      const auto home = homes_.find(reference.to_usr);
      if (home == homes_.end()) continue;
      const std::string* target = choose(home->second, number, included);
      if (target != nullptr)
        add(file.path, *target, false,
            {reference.at, std::string(kind_name(reference.kind)), reference.to_name});
    }
  }

  void add_table(const evidence::TableAccess& access) {
    static constexpr std::string_view modes[] = {"read", "insert", "update", "delete"};
    const std::string mode(modes[static_cast<std::size_t>(access.mode)]);
    add(access.at.file, access.table, true,
        {access.at, "table", access.via.empty() ? mode : mode + " via " + access.via});
  }

  std::vector<Dependency> take() {
    std::vector<Dependency> out;
    for (auto& [key, sites] : found_) {
      const auto& [from, table, to] = key;
      out.push_back({from, to, table, {sites.begin(), sites.end()}});
    }
    return out;
  }

 private:
  // Nothing where the file itself is a home: what one defines oneself is no dependency.
  const std::string* choose(const std::vector<Home>& homes, std::uint32_t user,
                            const std::set<std::string_view>& included) const {
    const std::string* best = nullptr;
    for (const Home& home : homes) {
      const std::string& path = program_.files[home.file].path;
      if (home.file == user && home.rank != 1) return nullptr;
      if (home.file == user) continue;
      const bool nearer = home.rank == 1 && included.contains(path);
      if (best == nullptr || (nearer && homes.front().rank != 0)) best = &path;
    }
    return best;
  }

  void add(const std::string& from, const std::string& to, bool table, Site site) {
    if (from == to || (!table && same_component(from, to))) return;
    found_[{from, table, to}].insert(std::move(site));
  }

  bool same_component(const std::string& a, const std::string& b) const {
    const auto x = graph::file_index(graph_, a), y = graph::file_index(graph_, b);
    return x != graph::none && y != graph::none && graph_.component_of[x] == graph_.component_of[y];
  }

  const facts::Program& program_;
  const graph::Graph& graph_;
  const Homes homes_;
  std::map<std::tuple<std::string, bool, std::string>, std::set<Site>> found_;
};

}  // namespace

Scene find_dependencies(const facts::Program& program, const evidence::Evidence& evidence,
                        const graph::Graph& graph) {
  Scene scene;
  Finder finder(program, graph);
  for (std::uint32_t file = 0; file < program.files.size(); ++file) {
    scene.files.push_back(program.files[file].path);
    finder.add_file(file);
  }
  std::sort(scene.files.begin(), scene.files.end());
  for (const auto& access : evidence.accesses) finder.add_table(access);
  scene.dependencies = finder.take();
  return scene;
}

}  // namespace banyan::rules
