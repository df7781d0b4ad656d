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

struct Door {
  int argument;  // which names what is shared
  const char* kind;
  bool write;
};

// Functions that reach state by its name, by their own last name.
const std::map<std::string, Door>& doors() {
  static const std::map<std::string, Door> known = {
      {"getenv", {0, "environment", false}},
      {"secure_getenv", {0, "environment", false}},
      {"qgetenv", {0, "environment", false}},
      {"qEnvironmentVariable", {0, "environment", false}},
      {"setenv", {0, "environment", true}},
      {"putenv", {0, "environment", true}},
      {"unsetenv", {0, "environment", true}},
      {"qputenv", {0, "environment", true}},
      {"shm_open", {0, "queue", true}},
      {"shm_unlink", {0, "queue", true}},
      {"mq_open", {0, "queue", true}},
      {"mq_unlink", {0, "queue", true}},
      {"sem_open", {0, "queue", true}},
      {"mkfifo", {0, "queue", true}},
      {"ftok", {0, "queue", true}},
      {"managed_shared_memory", {1, "queue", true}},
      {"shared_memory_object", {1, "queue", true}},
      {"message_queue", {1, "queue", true}},
      {"rd_kafka_topic_new", {1, "queue", true}},
      {"mosquitto_publish", {2, "queue", true}},
      {"mosquitto_subscribe", {2, "queue", false}},
      {"natsConnection_Publish", {1, "queue", true}},
      {"natsConnection_PublishString", {1, "queue", true}},
      {"natsConnection_Subscribe", {2, "queue", false}},
      {"zmq_bind", {1, "socket", true}},
      {"zmq_connect", {1, "socket", true}},
      {"nn_bind", {1, "socket", true}},
      {"nn_connect", {1, "socket", true}},
      {"nng_dial", {1, "socket", true}},
      {"nng_listen", {1, "socket", true}},
      {"getaddrinfo", {0, "socket", false}},
      {"gethostbyname", {0, "socket", false}},
      {"inet_addr", {0, "socket", false}},
      {"inet_pton", {1, "socket", false}},
      {"basic_ofstream", {0, "file", true}},
      {"ofstream", {0, "file", true}},
      {"basic_ifstream", {0, "file", false}},
      {"ifstream", {0, "file", false}},
      {"basic_fstream", {0, "file", false}},
      {"fstream", {0, "file", false}},
      {"QFile", {0, "file", false}},
      {"creat", {0, "file", true}},
      {"unlink", {0, "file", true}}};
  return known;
}

bool has_part(const std::string& name, std::string_view part) { return name.find(part) != std::string::npos; }

// zmq::socket_t::bind("ipc:///run/x"), QLocalSocket::connectToServer("x"), strcpy(address.sun_path, "/run/x.sock")
bool names_socket(const StringValue& value, const std::string& name) {
  const bool joins = name == "bind" || name == "connect" || name == "listen" || name == "connectToServer";
  const bool library = has_part(value.callee_name, "zmq::") || has_part(value.callee_name, "QLocal") ||
                       has_part(value.callee_name, "QTcp") || has_part(value.callee_name, "nanomsg");
  if (joins && library) return value.argument == 0;
  if (name == "endpoint" && has_part(value.callee_name, "local::")) return value.argument == 0;
  const std::string text = text_of(value);
  const bool copies = name == "strcpy" || name == "strncpy" || name == "snprintf" || name == "memcpy";
  return copies && value.argument > 0 && !text.empty() && text.front() == '/' && has_part(text, ".sock");
}

Named by_callee(const facts::FileFacts& file, const StringValue& value) {
  const std::string name = last_component(value.callee_name);
  if (const auto door = doors().find(name); door != doors().end() && value.argument == door->second.argument)
    return {door->second.kind, door->second.write};
  if (names_socket(value, name)) return {"socket", true};
  if (value.argument != 0) return {};
  const bool open = name == "open" && has_part(value.callee_name, "stream");
  if (name == "fopen" || name == "fopen64" || name == "freopen" || open || value.callee_name == "open")
    return {"file", has_part(value.callee_name, "ofstream") || opens_for_writing(file, value)};
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
