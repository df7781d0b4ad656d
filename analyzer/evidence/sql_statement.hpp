// One statement's tokens -> its accesses, by SQLite where it can parse it and by words where it cannot.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/sql_engine.hpp"
#include "analyzer/evidence/sql_schema.hpp"

#include <set>
#include <string>
#include <vector>

namespace banyan::evidence {

struct StatementResult {
  Resolution resolution = Resolution::resolved;
  std::vector<std::string> reasons;
  std::set<TableTouch> touches;
  Confidence confidence = Confidence::high;
};

class StatementAnalyzer {
 public:
  explicit StatementAnalyzer(const Schema& schema);

  StatementResult analyze(const Tokens& statement);

  bool names_known_table(const Tokens& statement) const;
  bool names_only_unknown_tables(
      const Tokens& statement) const;  // at least one, and the schema has none of them

 private:
  StatementResult by_words(const Tokens& statement, const std::string& error) const;
  bool only_catalogue(const Tokens& statement) const;
  void add_upsert(const Tokens& normal, StatementResult& result);
  Answer ask(const Tokens& filled);
  void finish(const Tokens& normal, StatementResult& result) const;
  // Reads that a trigger's body does not spell out: NEW, OLD, and an UPDATE's own WHERE.
  void drop_trigger_rows(std::set<TableTouch>& touches) const;

  const Schema& schema_;
  std::set<std::string> known_;
  SqlEngine engine_;
};

}  // namespace banyan::evidence
