// What stands in the way of taking a context out, as findings with the lines that prove them.
//
// Pure and deterministic: same graph, evidence and contexts in, same findings in the same order out. An id
// stays the same while the thing it names does, whatever lines move.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/evidence/evidence.hpp"
#include "analyzer/graph/graph.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::advice {

using facts::Location;

enum class Severity : std::uint8_t { note, warning, error };
std::string_view to_string(Severity severity);

struct Finding {
  std::string id;    // kind:what, such as include-cycle:src/orders/order.hpp
  std::string kind;  // include-cycle, context-cycle, trigger-crosses, shared-table, join-crosses,
                     // torn-transaction, get-writes, unresolved-sql, god-header, shared-state,
                     // foreign-key-crosses, view-crosses, foreign-read, missing-compensation, chatty-seam,
                     // callback-crosses, shared-type, route-prefix, distributed-monolith
  Severity severity = Severity::warning;
  std::string title;
  std::string sentence;
  std::vector<Location> locations;    // sorted, the most telling first where there is an order
  std::vector<std::string> contexts;  // names, sorted
  auto operator<=>(const Finding&) const = default;
};

// Everything is looked at through these three; they must belong together.
struct Subject {
  const graph::Graph& graph;
  const evidence::Evidence& evidence;
  const contexts::Result& contexts;
  const facts::Program* program = nullptr;  // without it, some kinds cannot be found
  std::function<std::string(const std::string& file)> text_of{};  // sources, to see loops; may be empty
};

// Sorted by severity (worst first), kind and id.
std::vector<Finding> find_findings(const Subject& subject);

}  // namespace banyan::advice
