// Includes and uses by number, for include_cuts. Internal to advice/.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace banyan::advice {

using Arc = std::pair<std::uint32_t, std::uint32_t>;

// Something a file uses and does not declare well enough itself.
struct Need {
  std::uint32_t symbol = 0;
  bool complete = true;  // a forward declaration is not enough
  const facts::Reference* reference = nullptr;
};

struct Provider {
  std::uint32_t file = 0;
  bool definition = false;
  std::uint32_t line = 0;
};

class IncludeWorld {
 public:
  explicit IncludeWorld(const facts::Program& program);

  const facts::Program& program() const { return program_; }
  std::size_t files() const { return program_.files.size(); }
  const std::string& path(std::uint32_t file) const { return program_.files[file].path; }
  const std::vector<Arc>& arcs() const { return arcs_; }  // sorted, unique
  const facts::Include* include(Arc arc) const;
  const std::vector<Need>& needs(std::uint32_t file) const { return needs_[file]; }
  const std::vector<Provider>& providers(std::uint32_t symbol) const { return providers_[symbol]; }
  const facts::Symbol& symbol(std::uint32_t symbol) const { return *symbols_[symbol]; }
  bool forward_declarable(std::uint32_t symbol) const;
  std::string spelling(std::uint32_t file) const;  // as most others include it

  // Files reached over `next`, with the start, as flags.
  static std::vector<bool> reach(const std::vector<std::vector<std::uint32_t>>& next, std::uint32_t start);
  std::vector<std::vector<std::uint32_t>> adjacency(const std::vector<Arc>& without) const;

 private:
  using NeedMap = std::map<std::pair<std::uint32_t, bool>, Need>;
  void index_symbols();
  void index_includes();
  void index_needs();
  void add_scopes(std::uint32_t file, NeedMap& needs) const;

  const facts::Program& program_;
  std::vector<Arc> arcs_;
  std::unordered_map<std::string_view, std::uint32_t> file_number_, symbol_number_;
  std::vector<const facts::Symbol*> symbols_;
  std::vector<std::vector<Provider>> providers_;
  std::vector<std::vector<Need>> needs_;
};

}  // namespace banyan::advice
