// What a function reaches through calls, and the tables it thereby touches.
//
// Follows direct calls, constructors, functions whose address is taken, lambdas written inside, every
// override of a virtual method, and callbacks kept in a global variable. Over-approximates: what may be
// called is reached. Keeps references into the program and the evidence it was made from; those must outlive
// it. Not changed by queries' results, but queries use a cache: one thread.
#pragma once

#include "analyzer/evidence/evidence.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace banyan::evidence {

class Reach {
 public:
  explicit Reach(const facts::Program& program);

  // Sorted, with the function itself.
  const std::vector<std::string>& functions(const std::string& usr);

 private:
  std::map<std::string, std::vector<std::string>> calls_;
  std::map<std::string, std::vector<std::string>> cache_;
};

// Accesses by function; a table, mode, via and place appear once, without columns.
class AccessIndex {
 public:
  explicit AccessIndex(const std::vector<TableAccess>& accesses);
  const std::vector<TableAccess>& of(const std::string& usr) const;

 private:
  std::map<std::string, std::vector<TableAccess>> by_function_;
};

struct RouteReach {
  std::size_t route = 0;               // index into Evidence::routes
  std::vector<std::string> functions;  // USRs, sorted
  std::vector<TableAccess> accesses;   // sorted, without columns
};

std::vector<RouteReach> reach_routes(const facts::Program& program, const Evidence& evidence);

bool writes(const TableAccess& access);

}  // namespace banyan::evidence
