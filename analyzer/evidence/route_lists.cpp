// Paths that a class lists for itself: PATH_LIST_BEGIN PATH_ADD("/x", Get); PATH_LIST_END of Drogon's simple
// controllers, and its web sockets' WS_PATH_ADD. The handler is the method that the library calls.
#include "analyzer/evidence/names.hpp"
#include "analyzer/evidence/routes.hpp"

#include <algorithm>

namespace banyan::evidence {
namespace {

using Strings = std::vector<std::string>;

struct Methods {
  std::map<std::string, std::string> class_of;               // function -> class
  std::map<std::string, const facts::Symbol*> handler_of;    // class -> method
  explicit Methods(const facts::Program& program) {
    for (const facts::FileFacts& file : program.files)
      for (const facts::Symbol& symbol : file.symbols) {
        if (symbol.kind != facts::SymbolKind::method) continue;
        class_of[symbol.usr] = symbol.scope_usr;
        const std::string name = last_component(symbol.name);
        if (name == "asyncHandleHttpRequest" || name == "handleNewMessage") handler_of[symbol.scope_usr] = &symbol;
      }
  }
};

}  // namespace

std::map<std::uint32_t, std::vector<std::string>> verb_lines(const facts::FileFacts& file) {
  std::map<std::uint32_t, Strings> lines;
  for (const facts::Reference& reference : file.references) {
    if (reference.kind != facts::ReferenceKind::enumerator_use) continue;
    for (const std::string& verb : verbs_in(last_component(reference.to_name))) {
      Strings& verbs = lines[reference.at.line];
      if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) verbs.push_back(verb);
    }
  }
  return lines;
}

void add_path_lists(const facts::Program& program, std::vector<Route>& routes) {
  const Methods methods(program);
  for (const facts::FileFacts& file : program.files) {
    std::map<std::uint32_t, Strings> verbs;
    for (const facts::StringValue& value : file.strings) {
      const bool listed = last_component(value.callee_name) == "registerSelf__" && value.argument == 0 &&
                          value.pieces.size() == 1 && value.pieces.front().known;
      const auto owner = listed ? methods.class_of.find(value.in_usr) : methods.class_of.end();
      if (owner == methods.class_of.end()) continue;
      const auto handler = methods.handler_of.find(owner->second);
      if (handler == methods.handler_of.end()) continue;
      if (verbs.empty()) verbs = verb_lines(file);
      const auto named = verbs.find(value.at.line);
      for (const std::string& verb : named == verbs.end() ? Strings{"*"} : named->second)
        routes.push_back({verb, normal_path(value.pieces.front().text), value.at, handler->second->usr,
                          handler->second->name, "drogon"});
    }
  }
}

}  // namespace banyan::evidence
