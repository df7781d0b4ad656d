#include "analyzer/evidence/shared_state.hpp"

#include "analyzer/evidence/names.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace banyan::evidence {
namespace {

using facts::ReferenceKind;
using facts::StringValue;

// core/globals.hpp and core/globals.cpp are one module.
std::string stem(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t dot = path.rfind('.');
  return dot != std::string::npos && (slash == std::string::npos || dot > slash) ? path.substr(0, dot) : path;
}

struct Global {
  std::string name;
  std::string kind;
  std::set<std::string> stems;  // of the files that declare or define it
};

bool returns_reference(const std::string& signature) {
  return signature.substr(0, signature.find('(')).find_first_of("&*") != std::string::npos;
}

// A function that hands out its own static variable is a singleton's door.
std::map<std::string, Global> globals_of(const facts::Program& program) {
  std::map<std::string, const facts::Symbol*> functions;
  std::map<std::string, Global> globals;
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Symbol& symbol : file.symbols) {
      const bool function =
          symbol.kind == facts::SymbolKind::function || symbol.kind == facts::SymbolKind::method;
      if (function) functions.emplace(symbol.usr, &symbol);
    }
  }
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Symbol& symbol : file.symbols) {
      if (!symbol.mutable_global) continue;
      const auto door = functions.find(symbol.scope_usr);
      if (door == functions.end()) {
        Global& global = globals[symbol.usr];
        global = {symbol.name, "global", std::move(global.stems)};
        global.stems.insert(stem(symbol.at.file));
      } else if (returns_reference(door->second->type)) {
        Global& global = globals[door->first];
        global = {door->second->name, "singleton", std::move(global.stems)};
        global.stems.insert(stem(symbol.at.file));
        global.stems.insert(stem(door->second->at.file));
      }
    }
  }
  return globals;
}

std::string text_of(const StringValue& value) {
  std::string text;
  for (const facts::StringPiece& piece : value.pieces)
    text += piece.known ? piece.text : "{" + piece.text + "}";
  return text;
}

bool opens_for_writing(const facts::FileFacts& file, const StringValue& path) {
  return std::any_of(file.strings.begin(), file.strings.end(), [&](const StringValue& mode) {
    const bool same_call =
        mode.at.line == path.at.line && mode.callee_name == path.callee_name && mode.argument == 1;
    return same_call && text_of(mode).find_first_of("wa+") != std::string::npos;
  });
}

struct Named {
  std::string kind;
  bool write = false;
};

Named by_callee(const facts::FileFacts& file, const StringValue& value) {
  static const std::set<std::string> queues = {"shm_open", "mq_open",    "sem_open",
                                               "mkfifo",   "shm_unlink", "mq_unlink"};
  static const std::set<std::string> streams = {"basic_ifstream", "ifstream", "basic_fstream", "fstream",
                                                "QFile"};
  const std::string name = last_component(value.callee_name);
  if (value.argument != 0) return {};
  if (name == "getenv" || name == "secure_getenv" || name == "qgetenv" || name == "qEnvironmentVariable")
    return {"environment"};
  if (name == "setenv" || name == "putenv" || name == "unsetenv" || name == "qputenv")
    return {"environment", true};
  if (queues.count(name) != 0) return {"queue", true};
  if (name == "basic_ofstream" || name == "ofstream") return {"file", true};
  if (streams.count(name) != 0) return {"file"};
  const bool open = name == "open" && value.callee_name.find("stream") != std::string::npos;
  if (name == "fopen" || name == "fopen64" || name == "freopen" || open || value.callee_name == "open") {
    const bool out = value.callee_name.find("ofstream") != std::string::npos;
    return {"file", out || opens_for_writing(file, value)};
  }
  return {};
}

}  // namespace

std::vector<SharedState> find_shared_state(const facts::Program& program) {
  const std::map<std::string, Global> globals = globals_of(program);
  std::vector<SharedState> found;
  for (const facts::FileFacts& file : program.files) {
    for (const facts::Reference& reference : file.references) {
      const auto global = globals.find(reference.to_usr);
      if (global == globals.end() || global->second.stems.count(stem(file.path)) != 0) continue;
      const bool door = global->second.kind == "singleton";
      const bool use =
          reference.kind == ReferenceKind::variable_read || reference.kind == ReferenceKind::variable_write;
      if (!use && !(door && reference.kind == ReferenceKind::call)) continue;
      found.push_back({global->second.kind, global->second.name, reference.at, reference.from_usr,
                       reference.kind == ReferenceKind::variable_write});
    }
    for (const StringValue& value : file.strings) {
      const Named named = by_callee(file, value);
      if (!named.kind.empty())
        found.push_back({named.kind, text_of(value), value.at, value.in_usr, named.write});
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace banyan::evidence
