// Symbols of a program by USR and by name, with what records and enumerations hold. Internal to advice/.
#pragma once

#include "analyzer/facts/facts.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace banyan::advice {

bool is_header(std::string_view path);

class SymbolIndex {
 public:
  explicit SymbolIndex(const facts::Program& program);

  const facts::Program& program() const { return program_; }
  // The definition of a type or variable, the declaration in a header of a function; nullptr when unknown.
  const facts::Symbol* symbol(std::string_view usr) const;
  const facts::Symbol* type(std::string_view name) const;  // record, enumeration or alias by qualified name
  const facts::Signature* signature(std::string_view usr) const;  // the one in a header, if there is one
  const std::vector<const facts::Symbol*>& members(std::string_view usr) const;  // fields, enumerators, by place
  const std::vector<std::string>& bases(std::string_view usr) const;             // qualified names
  bool hidden(const facts::Symbol& symbol) const;  // it, or what encloses it, is not public
  std::string include_text(const std::string& file) const;  // "orders/order.hpp" with its quotes, as most spell it

 private:
  void add(const facts::FileFacts& file);

  const facts::Program& program_;
  std::unordered_map<std::string_view, const facts::Symbol*> symbols_, types_;
  std::unordered_map<std::string_view, const facts::Signature*> signatures_;
  std::unordered_map<std::string_view, std::vector<const facts::Symbol*>> members_;
  std::unordered_map<std::string_view, std::vector<std::string>> bases_;
  std::map<std::string, std::map<std::string, std::size_t>> spellings_;
};

}  // namespace banyan::advice
