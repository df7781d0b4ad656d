// CREATE and ALTER statements of any dialect -> tables, views, triggers.
//
// Reads with our own tokenizer, so one dialect's decorations (ENGINE=, AUTO_INCREMENT, ENUM(), KEY lines,
// ::type) do not cost a table. A table created twice keeps its first place and gets the columns of both.
#pragma once

#include "analyzer/evidence/evidence.hpp"
#include "analyzer/evidence/sql_tokens.hpp"

#include <map>
#include <string>
#include <vector>

namespace banyan::evidence {

struct ViewText {
  std::string name;
  Tokens select;  // the statement behind AS
  std::vector<std::string> columns;
  Location at;
};

struct TriggerText {
  std::string name;
  std::string table;
  std::string when;  // BEFORE, AFTER, INSTEAD OF
  std::vector<AccessMode> events;
  std::vector<std::string> columns;  // UPDATE OF
  std::vector<Tokens> body;          // its statements
  std::string function;              // PostgreSQL: the function it executes, lower case
  Location at;
};

class Schema {
 public:
  // True when the statement defines something (it is then no access).
  bool add(const Tokens& statement, const Location& at);

  // Triggers that execute a function get its body; call once, when everything is added.
  void finish();

  const Table* find(const std::string& name) const;  // any letter case
  bool has_column(const std::string& name) const;    // of any table
  const std::map<std::string, Table>& tables() const { return tables_; }
  const std::vector<ViewText>& views() const { return views_; }
  const std::vector<TriggerText>& triggers() const { return triggers_; }

 private:
  void create_table(const Tokens& tokens, std::size_t name, const Location& at);
  void create_view(const Tokens& tokens, std::size_t name, const Location& at);
  void create_trigger(const Tokens& tokens, std::size_t name, const Location& at);
  void create_function(const Tokens& tokens, std::size_t name);
  void alter_table(const Tokens& tokens);
  void rename(const std::string& from, const Token& to);
  Table& table(const std::string& name, const Location& at);

  std::map<std::string, Table> tables_;  // by lower-case name
  std::vector<ViewText> views_;
  std::vector<TriggerText> triggers_;
  std::map<std::string, std::vector<Tokens>> functions_;  // by lower-case name
};

}  // namespace banyan::evidence
