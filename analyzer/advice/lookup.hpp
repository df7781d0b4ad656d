// Names behind the indices of graph and contexts. Internal to advice/.
#pragma once

#include "analyzer/advice/findings.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

inline bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD"; }  // RFC 9110 section 9.2.1
std::string one_line(std::string text);  // control characters become spaces

class Lookup {
 public:
  explicit Lookup(const Subject& subject);

  std::uint32_t context_of_file(std::string_view path) const;    // graph::none when unknown
  std::uint32_t owner_of_table(const std::string& table) const;  // the same; any letter case
  std::uint32_t context_of_symbol(std::string_view usr) const;
  std::uint32_t context_of_route(std::size_t route) const;
  std::string name(std::uint32_t context) const;  // empty for none
  bool is_kernel(std::uint32_t context) const;
  // Distinct names of contexts, sorted, none left out.
  std::vector<std::string> names(const std::set<std::uint32_t>& contexts) const;

 private:
  const Subject& subject_;
  std::map<std::string, std::uint32_t> owners_;
};

std::string list(const std::vector<std::string>& items, std::size_t most = 6);  // a, b and c
std::string list(const std::set<std::string>& items, std::size_t most = 6);
std::string counted(std::size_t number, std::string_view singular);  // 1 table, 2 tables
std::string kebab(std::string_view text);                            // GET /api/{id} -> get-api-id
std::string digest(std::string_view text);                           // short and stable
void sort_unique(std::vector<Location>& places);

}  // namespace banyan::advice
