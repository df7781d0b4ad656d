// main() of every service: the command line, the database, the server. A service describes itself in a
// Definition.
//
//   banyan-inventory run --db inventory.db --port 8091        serve until SIGTERM or Ctrl-C, then drain
//   banyan-inventory import --from shop.db --db inventory.db  first load from the monolith's database
//   banyan-inventory openapi                                  print the contract
#pragma once
#include "extracted_services/service/api.hpp"
#include "extracted_services/service/companion.hpp"
#include "extracted_services/service/import.hpp"
#include "extracted_services/service/server.hpp"
#include "extracted_services/store/migrations.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace banyan::service {

struct Definition {
  std::string name;     // "inventory": the program is banyan-inventory, the migrations' owner is this
  std::string summary;  // one line for --help
  std::string version;
  std::uint16_t port;  // when --port is not given
  std::vector<store::Migration> migrations;
  std::function<Api()> api;
  std::vector<TableCopy> import{};                // empty: there is no import command
  std::function<Companions()> companions{};       // what runs beside the requests
  std::size_t largest_body = 1024 * 1024;
  std::function<Disturbance(const Request&)> disturb{};  // of simulators; see server.hpp
};

// Exit codes: 0 done, 2 usage or environment, 130 interrupted.
int run_program(const Definition& definition, int argc, char** argv);

}  // namespace banyan::service
