// The steps of `describe`, private to this folder. Each fills its part of the result; they run in this order.
#pragma once

#include "analyzer/contexts/contexts.hpp"
#include "analyzer/contexts/groups.hpp"

namespace banyan::contexts::internal {

// What every step reads.
struct Input {
  const graph::Graph& graph;
  const evidence::Evidence& evidence;
  const Options& options;
};

void find_omnipresent(const Input& input, Result& result);
void name_contexts(const Input& input, const Constraints& constraints, Result& result);
void own_tables(const Input& input, Result& result);
void own_routes(const Input& input, Result& result);
void find_torn(const Input& input, Result& result);
void find_seams(const Input& input, Result& result);
void score_contexts(const Input& input, Result& result);
void write_sentences(const Input& input, Result& result);

// Where a component is used at the far end of an edge, as opposed to owning the symbol.
bool is_call(graph::EdgeKind kind);
bool is_type(graph::EdgeKind kind);

}  // namespace banyan::contexts::internal
