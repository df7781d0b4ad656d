// The tables of report in banyan.db, beside the facts. All of them are written anew by every `map`.
//
//   component(id, path)                 a unit of grouping, named by its main file
//   component_file(component, path)     its files
//   edge(id, src, dst, kind, count, weight)        component src needs dst; kinds as in graph::EdgeKind
//   evidence(edge, file, line, col, user, used, snippet)   a sample of the places that prove an edge
//   context(id, position, name, shared_kernel, files, lines, internal_share, calls_in, calls_out,
//   tables_owned,
//           tables_shared, torn_transactions, stability, ease, about, tests)
//   context_sentence(context, position, text)      what `about` joins
//   context_word(context, rank, word)
//   context_member(context, component, stability, omnipresent)
//   hierarchy(step, left, right, together)         the dendrogram; node n of step i is components + i
//   db_table(name, file, line, context, confidence, is_view)     context: the owner, null when unused
//   table_column(table_name, position, name)       as declared
//   foreign_key(table_name, position, columns, referenced_table, referenced)   columns joined by ", "
//   table_access(table_name, column_name, mode, via, file, line, col, function_usr, confidence)
//   table_user(table_name, context, mode, places)  per context, counted in places
//   sql_statement(file, line, col, text, resolution, reason)
//   endpoint(id, method, path, file, line, handler, detector, context, confidence)
//   endpoint_table(endpoint, table_name, mode)     what its handler reaches
//   transaction_span(id, file, line, end_line, how, torn)   and transaction_table(span, table_name, mode)
//   shared_state(kind, name, file, line, writes)
//   seam(src, dst, weight, calls, types, data)     contexts; and seam_item(src, dst, kind, name, count, file,
//   line)
//   finding(id, rule, severity, title, advice, file, line, col, key)   key stays while the thing it names does
//   finding_place(finding, position, file, line, col)   further places
//   coverage(units, failed)  and failed_unit(file, error)
//   symbol_name(name, file, line, component)       what explain looks symbols up in
//   run(project, tool)                             one row
//
// Views: v_context_edges (who needs whom between contexts, by kind), v_cross_context_writes (tables written
// from outside their owner), v_why (context, component, far component, edge kind, count: the edges that hold
// a member in place).
#pragma once

#include <string_view>

namespace banyan::report {

extern const std::string_view drop_tables;
extern const std::string_view create_tables;
inline constexpr int application_id = 0x42414e59;  // "BANY"

}  // namespace banyan::report
