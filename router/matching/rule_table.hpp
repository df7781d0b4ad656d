// All rules of a configuration, prepared so that finding the one that wins costs the same for ten and for
// 100,000.
//
//   path -> exact paths: one hash probe
//        -> trie of literal segments (one hash table for all edges), parameters as a second branch
//        -> regexes, one by one (keep them few)
// The winner is the matching rule with the best rank of compare_specificity(). A lookup allocates nothing,
// and lookups may run in any number of threads. An ambiguous path (see ambiguity()) matches no rule that
// names a path or not: it is left to the default upstream.
#pragma once

#include "router/matching/request_view.hpp"
#include "router/matching/rule.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace banyan::matching {

enum class Mismatch : std::uint8_t {
  none,
  path,
  host,
  method,
  header,
  cookie,
  query,
  ambiguous_path,
  outranked
};
std::string_view to_string(Mismatch mismatch);

struct Tried {
  std::uint32_t rule;        // index into RuleTable::rules()
  Mismatch outcome;          // none: it matched
  std::uint32_t detail = 0;  // which predicate failed
};
using Trace = std::vector<Tried>;

inline constexpr std::uint32_t no_rule = 0xffffffff;

// Why a path may be read differently by two servers; empty when it cannot. The one policy of the router:
// bytes are compared as received, with case, never decoded; a path with an empty segment (//), a "." or ".."
// segment, a backslash, a ';', a '#', a broken percent escape, or an escape of '/', '\', ';', '%', a control
// byte or a character that needs no escape is ambiguous, is matched by no cutover, and goes to `default`
// unchanged.
std::string_view ambiguity(std::string_view path);

class RuleTable {
 public:
  RuleTable();
  explicit RuleTable(std::vector<Rule> rules);  // rules in the file's order; sorts them by rank
  ~RuleTable();
  RuleTable(RuleTable&&) noexcept;
  RuleTable& operator=(RuleTable&&) noexcept;

  // Sorted, most specific first; an index is a rank.
  const std::vector<Rule>& rules() const;
  // The winning rule's index, or no_rule. With a trace: every rule it had to look at, in the order it did.
  std::uint32_t find(const RequestView& request, Trace* trace = nullptr) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The same question for one rule, from scratch; find() is tested against it.
Tried try_rule(const Rule& rule, std::uint32_t index, const RequestView& request);

}  // namespace banyan::matching
