// Any bytes as one SQL statement, with holes: tokenizer, reading, dialect, engine.
#include "analyzer/evidence/sql.hpp"
#include "analyzer/evidence/sql_shape.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan::evidence;
  static const Schema schema = [] {
    Schema known;
    for (const Tokens& statement :
         split_statements(tokenize("CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM t;"))) {
      known.add(statement, {});
    }
    return known;
  }();
  SqlString sql;
  sql.text.assign(reinterpret_cast<const char*>(data), size);
  sql.holes = {"x"};  // \x01 0 \x02 in the input is this hole
  Schema defined;
  for (const Tokens& statement : split_statements(tokenize(sql.text, sql.holes))) defined.add(statement, {});
  defined.finish();
  shape_of(tokenize(sql.text, sql.holes));
  analyze_sql(sql, schema);
  return 0;
}
