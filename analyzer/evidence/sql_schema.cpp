#include "analyzer/evidence/sql_schema.hpp"

#include <algorithm>
#include <functional>

namespace banyan::evidence {
namespace {

// The last part of a dotted name that starts at `i`; moves `i` behind it.
std::string dotted_name(const Tokens& tokens, std::size_t& i) {
  while (i + 2 < tokens.size() && is_symbol(tokens[i + 1], ".")) i += 2;
  return i < tokens.size() && is_name(tokens[i]) ? tokens[i++].text : std::string();
}

std::size_t skip_if_exists(const Tokens& tokens, std::size_t i) {
  if (is_word_at(tokens, i, "IF")) ++i;
  if (is_word_at(tokens, i, "NOT")) ++i;
  if (is_word_at(tokens, i, "EXISTS")) ++i;
  return i;
}

// (a, b(10), c DESC) -> a b c
std::vector<std::string> name_list(const Tokens& tokens, std::size_t open) {
  std::vector<std::string> names;
  const std::size_t end = after_parenthesis(tokens, open);
  bool first = true;
  int depth = 0;
  for (std::size_t i = open; i < end; ++i) {
    if (is_symbol(tokens[i], "(")) ++depth;
    if (is_symbol(tokens[i], ")")) --depth;
    if (depth == 1 && first && is_name(tokens[i])) {
      names.push_back(tokens[i].text);
      first = false;
    }
    if (depth == 1 && is_symbol(tokens[i], ",")) first = true;
  }
  return names;
}

void add_unique(std::vector<std::string>& names, const std::string& name) {
  const bool known =
      std::any_of(names.begin(), names.end(), [&](const auto& n) { return lower(n) == lower(name); });
  if (!known && !name.empty()) names.push_back(name);
}

// KEY name (column), INDEX (column): but `key VARCHAR(64)` and `index INTEGER` are columns.
bool is_key_line(const Tokens& item) {
  std::size_t i = 1;
  if (is_word_at(item, i, "KEY") || is_word_at(item, i, "INDEX")) ++i;
  if (is_symbol_at(item, i, "(")) return true;
  if (i < item.size() && is_name(item[i])) ++i;
  if (is_word_at(item, i, "USING")) i += 2;
  return is_symbol_at(item, i, "(") && i + 1 < item.size() && is_name(item[i + 1]) && i > 1;
}

bool is_constraint(const Tokens& item) {
  if (item.empty() || item.front().kind != TokenKind::word) return item.empty();
  if (is_any_word(item.front(), {"CONSTRAINT", "EXCLUDE"})) return item.size() > 2;
  if (is_word(item.front(), "PRIMARY") || is_word(item.front(), "FOREIGN")) return is_word_at(item, 1, "KEY");
  if (is_word(item.front(), "CHECK")) return is_symbol_at(item, 1, "(");
  if (is_word(item.front(), "LIKE")) return true;
  return is_any_word(item.front(), {"KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL"}) && is_key_line(item);
}

void foreign_key(Table& table, const Tokens& item, const std::string& column) {
  for (std::size_t i = 0; i < item.size(); ++i) {
    if (!is_word(item[i], "REFERENCES")) continue;
    ForeignKey key;
    for (std::size_t j = 0; j < i; ++j) {
      if (is_word(item[j], "FOREIGN")) {
        while (j < i && !is_symbol(item[j], "(")) ++j;
        key.columns = name_list(item, j);
      }
    }
    if (key.columns.empty() && !column.empty()) key.columns.push_back(column);
    std::size_t next = i + 1;
    key.table = dotted_name(item, next);
    if (is_symbol_at(item, next, "(")) key.referenced = name_list(item, next);
    const auto& keys = table.foreign_keys;
    if (!key.table.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
      table.foreign_keys.push_back(std::move(key));
    }
  }
}

void table_item(Table& table, const Tokens& item) {
  if (item.empty()) return;
  if (is_constraint(item)) return foreign_key(table, item, "");
  if (!is_name(item.front())) return;
  add_unique(table.columns, item.front().text);
  foreign_key(table, item, item.front().text);
}

std::vector<Tokens> items(const Tokens& tokens, std::size_t open) {
  std::vector<Tokens> result(1);
  const std::size_t end = after_parenthesis(tokens, open);
  int depth = 0;
  for (std::size_t i = open; i < end; ++i) {
    if (is_symbol(tokens[i], ")")) --depth;
    if (depth == 1 && is_symbol(tokens[i], ",")) {
      result.emplace_back();
    } else if (depth >= 1) {
      result.back().push_back(tokens[i]);
    }
    if (is_symbol(tokens[i], "(")) ++depth;
  }
  return result;
}

Tokens slice(const Tokens& tokens, std::size_t from, std::size_t to) {
  to = std::min(to, tokens.size());
  if (from >= to) return {};
  return Tokens(tokens.begin() + static_cast<std::ptrdiff_t>(from),
                tokens.begin() + static_cast<std::ptrdiff_t>(to));
}

// BEGIN a; b; END -> a, b. MySQL allows one statement without BEGIN.
std::vector<Tokens> body_statements(Tokens body) {
  if (!body.empty() && is_word(body.front(), "BEGIN")) body.erase(body.begin());
  if (!body.empty() && is_word(body.back(), "END")) body.pop_back();
  return split_statements(body);
}

}  // namespace

Table& Schema::table(const std::string& name, const Location& at) {
  Table& found = tables_[lower(name)];
  if (found.name.empty()) {
    found.name = name;
    found.at = at;
  }
  return found;
}

bool Schema::add(const Tokens& statement, const Location& at) {
  if (is_word_at(statement, 0, "ALTER") && is_word_at(statement, 1, "TABLE")) {
    alter_table(statement);
    return true;
  }
  if (is_word_at(statement, 0, "DROP")) return true;
  if (!is_word_at(statement, 0, "CREATE")) return false;
  for (std::size_t i = 1; i < statement.size() && i < 14; ++i) {
    const std::size_t name = skip_if_exists(statement, i + 1);
    if (is_word(statement[i], "TABLE")) return create_table(statement, name, at), true;
    if (is_word(statement[i], "VIEW")) return create_view(statement, name, at), true;
    if (is_word(statement[i], "TRIGGER")) return create_trigger(statement, name, at), true;
    if (is_any_word(statement[i], {"FUNCTION", "PROCEDURE"})) return create_function(statement, name), true;
    if (is_word(statement[i], "INDEX")) return true;
  }
  return true;
}

void Schema::create_table(const Tokens& tokens, std::size_t name, const Location& at) {
  const std::string text = dotted_name(tokens, name);
  if (text.empty()) return;
  Table& created = table(text, at);
  if (created.at.file.empty()) created.at = at;
  if (is_symbol_at(tokens, name, "(")) {
    for (const Tokens& item : items(tokens, name)) table_item(created, item);
  } else if (is_word_at(tokens, 1, "VIRTUAL") && is_word_at(tokens, name, "USING") &&
             is_symbol_at(tokens, name + 2, "(")) {
    for (const std::string& column : name_list(tokens, name + 2)) add_unique(created.columns, column);
  }
}

void Schema::create_view(const Tokens& tokens, std::size_t name, const Location& at) {
  const std::string text = dotted_name(tokens, name);
  if (text.empty() || tables_.count(lower(text)) != 0) return;
  ViewText view{text, {}, {}, at};
  if (is_symbol_at(tokens, name, "(")) view.columns = name_list(tokens, name);
  while (name < tokens.size() && !is_word(tokens[name], "AS")) ++name;
  view.select = slice(tokens, name + 1, tokens.size());
  table(text, at).view = true;
  views_.push_back(std::move(view));
}

void Schema::create_trigger(const Tokens& tokens, std::size_t name, const Location& at) {
  TriggerText trigger;
  trigger.at = at;
  trigger.name = dotted_name(tokens, name);
  std::size_t i = name;
  for (; i < tokens.size() && !is_word(tokens[i], "ON"); ++i) {
    if (is_word(tokens[i], "INSERT")) trigger.events.push_back(AccessMode::insert);
    if (is_word(tokens[i], "UPDATE")) trigger.events.push_back(AccessMode::update);
    if (is_word(tokens[i], "DELETE")) trigger.events.push_back(AccessMode::remove);
    if (is_word(tokens[i], "INSTEAD")) trigger.when = "INSTEAD OF";
    const bool of = is_word(tokens[i], "OF") && is_word(tokens[i - 1], "UPDATE");
    for (std::size_t j = i + 1; of && j < tokens.size() && !is_any_word(tokens[j], {"ON", "OR"}); ++j) {
      if (is_name(tokens[j])) trigger.columns.push_back(tokens[j].text);
    }
  }
  trigger.table = dotted_name(tokens, ++i);
  for (bool header = true; header && i < tokens.size();) {
    if (is_word(tokens[i], "EXECUTE") && i + 2 < tokens.size()) {
      i += 2;
      trigger.function = lower(dotted_name(tokens, i));
      i = tokens.size();
    } else if (is_word(tokens[i], "WHEN") && is_symbol_at(tokens, i + 1, "(")) {
      i = after_parenthesis(tokens, i + 1);
    } else if (is_any_word(tokens[i], {"BEGIN", "INSERT", "DELETE", "SET", "IF", "CALL"}) ||
               (is_word(tokens[i], "UPDATE") && !is_word(tokens[i - 1], "OF"))) {
      header = false;
    } else {
      ++i;
    }
  }
  trigger.body = body_statements(slice(tokens, i, tokens.size()));
  const bool known = std::any_of(triggers_.begin(), triggers_.end(),
                                 [&](const TriggerText& t) { return lower(t.name) == lower(trigger.name); });
  if (!trigger.name.empty() && !trigger.table.empty() && !known) triggers_.push_back(std::move(trigger));
}

void Schema::create_function(const Tokens& tokens, std::size_t name) {
  const std::string text = lower(dotted_name(tokens, name));
  for (const Token& token : tokens) {
    if (token.quote == '$') functions_[text] = body_statements(tokenize(token.text));
  }
}

void Schema::alter_table(const Tokens& tokens) {
  std::size_t i = skip_if_exists(tokens, 2);
  if (is_word_at(tokens, i, "ONLY")) ++i;
  const std::string name = dotted_name(tokens, i);
  if (name.empty()) return;
  if (is_word_at(tokens, i, "RENAME") && is_word_at(tokens, i + 1, "TO") && i + 2 < tokens.size()) {
    return rename(name, tokens[i + 2]);
  }
  const auto found = tables_.find(lower(name));
  if (found == tables_.end()) return;
  Tokens list = slice(tokens, i, tokens.size());
  list.insert(list.begin(), make_symbol("("));
  list.push_back(make_symbol(")"));
  for (Tokens item : items(list, 0)) {
    if (!is_word_at(item, 0, "ADD")) continue;
    const bool column = is_word_at(item, 1, "COLUMN");
    item.erase(item.begin(),
               item.begin() + static_cast<std::ptrdiff_t>(column ? skip_if_exists(item, 2) : 1));
    table_item(found->second, item);
  }
}

// SQLite's way to alter: fill x_new, drop x, rename x_new to x.
void Schema::rename(const std::string& from, const Token& to) {
  const auto found = tables_.find(lower(from));
  if (found == tables_.end() || !is_name(to)) return;
  Table moved = found->second;
  tables_.erase(found);
  Table& target = table(to.text, moved.at);
  for (const std::string& column : moved.columns) add_unique(target.columns, column);
  if (target.foreign_keys.empty()) target.foreign_keys = moved.foreign_keys;
}

void Schema::finish() {
  for (TriggerText& trigger : triggers_) {
    const auto function = functions_.find(trigger.function);
    if (!trigger.function.empty() && function != functions_.end()) trigger.body = function->second;
  }
}

const Table* Schema::find(const std::string& name) const {
  const auto found = tables_.find(lower(name));
  return found == tables_.end() ? nullptr : &found->second;
}

bool Schema::has_column(const std::string& name) const {
  return std::any_of(tables_.begin(), tables_.end(), [&](const auto& entry) {
    return std::any_of(entry.second.columns.begin(), entry.second.columns.end(),
                       [&](const std::string& column) { return lower(column) == lower(name); });
  });
}

}  // namespace banyan::evidence
