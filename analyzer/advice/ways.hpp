// From a handler, the calls that lead to a write. Internal to advice/.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

class WayToWrites {
 public:
  explicit WayToWrites(const Subject& subject);

  // The lines in the function, and in functions of the same file that it calls, that call what writes.
  void add(const std::string& usr, std::vector<Location>& into) const;

 private:
  std::map<std::string_view, std::vector<const facts::Reference*>> calls_;  // by caller
  std::set<std::string_view> writers_;                                     // functions that write, at any depth
};

}  // namespace banyan::advice
