// Every write of a service, as a table: how to call it so that it works, and what one call leaves behind. The
// tests refuse an operation of the contract that has no row here.
#pragma once
#include <string>
#include <vector>

namespace banyan::services_test {

struct Write {
  std::string operation;  // of the contract
  std::string method;
  std::string target;
  std::string body;
  int status;  // of its first call
  // The member that is wrong, and the bodies that are wrong there: missing, of another type, out of bounds.
  struct Wrong {
    std::string pointer;
    std::string body;
  };
  std::vector<Wrong> wrong{};
  std::string unknown{};  // the same with an id that nobody has; empty: it takes none
};

struct ServiceWrites {
  std::string service;
  std::vector<std::string> options;  // of its `run`
  std::string rows;                  // SQL for what is there before the first call
  std::vector<Write> writes;         // in an order in which each works
  std::vector<std::string> effects;  // SQL that shows everything a write can leave behind
};

std::vector<ServiceWrites> all_writes();

}  // namespace banyan::services_test
