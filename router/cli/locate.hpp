// Finds the running router that belongs to a configuration file, even while that file is broken.
#pragma once

#include "router/cli/admin_client.hpp"
#include "router/cli/cli.hpp"

#include <optional>
#include <string>

namespace banyan::cli {

struct Running {
  config::Address admin;
  std::string state;  // path of the journal
  std::string token;  // empty when none was found
};

// STATE.admin, written by `run`, tells the port that was really bound; else static.admin.
Running locate(const Options& options);

// Where `run` notes its admin address.
std::string admin_note_path(const std::string& state);

// Calls the running router; on failure says why and how to go on, and returns nothing.
std::optional<AdminAnswer> ask(const Running& running, const std::string& method, const std::string& target,
                               const std::string& body = "");
// Prints a problem+json answer as an error with its hint.
void print_problem(const AdminAnswer& answer);

}  // namespace banyan::cli
