#include "analyzer/evidence/sql_engine.hpp"

#include "analyzer/evidence/sql_dialect.hpp"
#include "analyzer/evidence/sql_holes.hpp"

#include <algorithm>
#include <sqlite3.h>
#include <stdexcept>

namespace banyan::evidence {
namespace {

constexpr int max_rounds = 400;

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += c;
    if (c != '\0') out += c;
  }
  return out + '"';
}

// The text of `message` behind `prefix`, or empty.
std::string behind(const std::string& message, std::string_view prefix) {
  return message.rfind(prefix, 0) == 0 ? message.substr(prefix.size()) : std::string();
}

void stub(sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_null(context); }
void stub_final(sqlite3_context* context) { sqlite3_result_null(context); }
int stub_collation(void*, int, const void*, int, const void*) { return 0; }

std::string event_word(AccessMode mode) {
  if (mode == AccessMode::insert) return "INSERT";
  return mode == AccessMode::remove ? "DELETE" : "UPDATE";
}

// IF x THEN UPDATE ..: the part that changes tables.
Tokens data_part(const Tokens& statement) {
  for (std::size_t i = 0; i < statement.size(); ++i) {
    const bool starts = i == 0 || is_any_word(statement[i - 1], {"THEN", "ELSE", "BEGIN", "LOOP", "DO"});
    if (starts && is_any_word(statement[i], {"INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT"})) {
      return Tokens(statement.begin() + static_cast<std::ptrdiff_t>(i), statement.end());
    }
  }
  return {};
}

}  // namespace

class SqlEngine::Impl {
 public:
  explicit Impl(const Schema& schema) : schema_(schema) {
    if (sqlite3_open(":memory:", &db_) != SQLITE_OK)
      throw std::runtime_error("SQLite cannot open a database in memory");
    // Otherwise an unknown "column" quietly becomes a string and is never learned.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    sqlite3_set_authorizer(db_, &Impl::authorize, this);
    for (const auto& [key, table] : schema.tables()) {
      if (!table.view) create(table.name, table.columns);
    }
    for (const ViewText& view : schema.views()) create_view(view);
    for (const TriggerText& trigger : schema.triggers()) create_trigger(trigger);
  }

  ~Impl() { sqlite3_close(db_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Answer ask(const Tokens& statement) {
    const std::string sql = render(statement);
    reading_ = read_statement(statement);
    guessed_.clear();
    learned_.clear();
    Answer answer;
    bool learning = false;
    std::string last;
    for (int round = 0; round < max_rounds; ++round) {
      answer.error = prepare(sql);
      if (answer.error.empty() || answer.error == last) break;
      last = answer.error;
      if (!learning) execute("SAVEPOINT learning");
      learning = true;
      if (!learn(answer.error)) break;
    }
    answer.parsed = answer.error.empty();
    if (answer.parsed) answer.touches = touches();
    answer.learned = learned_;
    if (learning) execute("ROLLBACK TO learning; RELEASE learning");
    return answer;
  }

 private:
  static int authorize(void* self, int action, const char* first, const char* second, const char*,
                       const char* source) {
    static_cast<Impl*>(self)->note(action, first, second, source);
    return SQLITE_OK;
  }

  void note(int action, const char* first, const char* second, const char* source) {
    const bool wanted = action == SQLITE_READ || action == SQLITE_INSERT || action == SQLITE_UPDATE ||
                        action == SQLITE_DELETE;
    if (!recording_ || !wanted || first == nullptr) return;
    TableTouch touch;
    touch.table = first;
    if (second != nullptr && (action == SQLITE_READ || action == SQLITE_UPDATE)) touch.column = second;
    if (source != nullptr) touch.via = source;
    touch.mode = action == SQLITE_READ     ? AccessMode::read
                 : action == SQLITE_INSERT ? AccessMode::insert
                 : action == SQLITE_UPDATE ? AccessMode::update
                                           : AccessMode::remove;
    noted_.insert(std::move(touch));
  }

  // SQLite's error message, or empty.
  std::string prepare(const std::string& sql) {
    noted_.clear();
    recording_ = true;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(db_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
    recording_ = false;
    const std::string error = code == SQLITE_OK ? std::string() : sqlite3_errmsg(db_);
    const bool empty = code == SQLITE_OK && statement == nullptr;
    sqlite3_finalize(statement);
    return empty ? "empty statement" : error;
  }

  bool execute(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  bool create(const std::string& name, const std::vector<std::string>& columns) {
    std::string sql = "CREATE TABLE " + quoted(name) + " (";
    for (const std::string& column : columns)
      sql += (&column == &columns.front() ? "" : ", ") + quoted(column);
    return execute(sql + (columns.empty() ? std::string(invented_prefix) + "row)" : ")"));
  }

  Tokens normal(const Tokens& tokens) const {
    return to_sqlite(tokens,
                     [this](std::string_view column) { return schema_.has_column(std::string(column)); });
  }

  void create_view(const ViewText& view) {
    std::string columns;
    for (const std::string& column : view.columns) columns += (columns.empty() ? "(" : ", ") + quoted(column);
    if (!columns.empty()) columns += ")";
    if (!execute("CREATE VIEW " + quoted(view.name) + columns + " AS " + render(normal(view.select)))) {
      create(view.name, view.columns);
    }
  }

  void create_trigger(const TriggerText& trigger) {
    if (schema_.find(trigger.table) == nullptr) create(trigger.table, {});
    std::vector<std::string> body;
    for (const Tokens& statement : trigger.body) {
      const Tokens part = data_part(statement);
      if (!part.empty()) body.push_back(render(normal(part)) + "; ");
    }
    for (std::size_t event = 0; event < trigger.events.size(); ++event) {
      std::string all;
      for (const std::string& statement : body) all += statement;
      if (body.empty() || create_trigger(trigger, event, all)) continue;
      // One statement SQLite cannot parse must not hide the others.
      std::string good;
      for (const std::string& statement : body) {
        if (!create_trigger(trigger, event, statement)) continue;
        good += statement;
        execute("DROP TRIGGER " + quoted(internal_name(trigger, event)));
      }
      if (!good.empty()) create_trigger(trigger, event, good);
    }
  }

  // A trigger for several events becomes several; the name behind '\x1f' is cut off again in touches().
  static std::string internal_name(const TriggerText& trigger, std::size_t event) {
    return event == 0 ? trigger.name : trigger.name + '\x1f' + std::to_string(event);
  }

  bool create_trigger(const TriggerText& trigger, std::size_t event, const std::string& body) {
    std::string of;
    for (const std::string& column : trigger.columns) of += (of.empty() ? " OF " : ", ") + quoted(column);
    if (trigger.events[event] != AccessMode::update) of.clear();
    return execute("CREATE TRIGGER " + quoted(internal_name(trigger, event)) + " " + trigger.when + " " +
                   event_word(trigger.events[event]) + of + " ON " + quoted(trigger.table) +
                   " FOR EACH ROW BEGIN " + body + " END");
  }

  bool learn(const std::string& error) {
    if (const std::string table = behind(error, "no such table: "); !table.empty()) return learn_table(table);
    if (const std::string column = behind(error, "no such column: "); !column.empty())
      return learn_column(column);
    if (const std::string name = behind(error, "no such function: "); !name.empty())
      return learn_function(name, false);
    if (const std::string name = behind(error, "wrong number of arguments to function "); !name.empty()) {
      return learn_function(name.substr(0, name.find('(')), false);
    }
    if (const std::string name = behind(error, "no such collation sequence: "); !name.empty()) {
      return sqlite3_create_collation(db_, name.c_str(), SQLITE_UTF8, nullptr, stub_collation) == SQLITE_OK;
    }
    if (const std::size_t end = error.find("() may not be used as a window function");
        end != std::string::npos) {
      return learn_function(error.substr(0, end), true);
    }
    const std::size_t middle = error.find(" has no column named ");
    if (error.rfind("table ", 0) == 0 && middle != std::string::npos) {
      return add_column(error.substr(6, middle - 6), error.substr(middle + 21));
    }
    return learn_width(error);
  }

  // "table t has 2 columns but 5 values were supplied"
  bool learn_width(const std::string& error) {
    const std::size_t has = error.find(" has ");
    const std::size_t but = error.find(" columns but ");
    if (error.rfind("table ", 0) != 0 || has == std::string::npos || but == std::string::npos) return false;
    const int columns = std::atoi(error.c_str() + has + 5);
    const int values = std::atoi(error.c_str() + but + 13);
    bool added = values > columns;
    for (int i = columns; i < values && added; ++i) {
      added = add_column(error.substr(6, has - 6), std::string(invented_prefix) + std::to_string(i));
    }
    return added;
  }

  bool learn_table(std::string name) {
    if (name.rfind("main.", 0) == 0) name = name.substr(5);
    if (name.find('.') != std::string::npos) return false;
    learned_.insert(lower(name));
    return create(name, {});
  }

  bool learn_function(const std::string& name, bool window) {
    if (window) {
      return sqlite3_create_window_function(db_, name.c_str(), -1, SQLITE_UTF8, nullptr, stub, stub_final,
                                            stub_final, stub, nullptr) == SQLITE_OK;
    }
    return sqlite3_create_function_v2(db_, name.c_str(), -1, SQLITE_UTF8, nullptr, stub, nullptr, nullptr,
                                      nullptr) == SQLITE_OK;
  }

  bool learn_column(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos) {
      const std::string table = table_of_alias(lower(name.substr(0, dot)));
      return !table.empty() && add_column(table, name.substr(dot + 1));
    }
    std::string choice;
    std::set<std::string> candidates;
    for (const TableReference& reference : reading_.references) {
      if (reference.system || is_view(reference.name)) continue;
      candidates.insert(lower(reference.name));
      const bool better = learned_.count(lower(choice)) == 0 && learned_.count(lower(reference.name)) != 0;
      if (choice.empty() || better) choice = reference.name;
    }
    if (choice.empty()) return false;
    if (candidates.size() > 1) guessed_.insert(lower(choice) + "." + lower(name));
    return add_column(choice, name);
  }

  bool is_view(const std::string& name) const {
    const Table* table = schema_.find(name);
    return table != nullptr && table->view;
  }

  std::string table_of_alias(const std::string& alias) const {
    const std::size_t dot = alias.rfind('.');
    const std::string wanted = dot == std::string::npos ? alias : alias.substr(dot + 1);
    for (const TableReference& reference : reading_.references) {
      if (lower(reference.alias) == wanted) return reference.name;
    }
    for (const TableReference& reference : reading_.references) {
      if (lower(reference.name) == wanted) return reference.name;
    }
    const bool trigger_row = wanted == "new" || wanted == "old";
    return trigger_row && !reading_.references.empty() ? reading_.references.front().name : std::string();
  }

  bool add_column(const std::string& table, const std::string& column) {
    return execute("ALTER TABLE " + quoted(table) + " ADD COLUMN " + quoted(column));
  }

  // SQLite also names subqueries, common table expressions and the trigger it makes of RETURNING.
  bool leads_further(const std::string& via) const {
    const auto& triggers = schema_.triggers();
    return is_view(via) ||
           std::any_of(triggers.begin(), triggers.end(), [&](const TriggerText& t) { return t.name == via; });
  }

  std::set<TableTouch> touches() const {
    std::set<TableTouch> result;
    for (TableTouch touch : noted_) {
      touch.via = touch.via.substr(0, touch.via.find('\x1f'));
      if (!leads_further(touch.via)) touch.via.clear();
      const bool unsure =
          is_invented(touch.column) || guessed_.count(lower(touch.table) + "." + lower(touch.column)) != 0;
      if (unsure || touch.column == "ROWID") touch.column.clear();
      if (!is_invented(touch.table) && !is_system_table("", touch.table)) result.insert(std::move(touch));
    }
    return result;
  }

  const Schema& schema_;
  sqlite3* db_ = nullptr;
  bool recording_ = false;
  std::set<TableTouch> noted_;
  Reading reading_;
  std::set<std::string> guessed_;  // table.column that could belong to another table as well
  std::set<std::string> learned_;
};

SqlEngine::SqlEngine(const Schema& schema) : impl_(std::make_unique<Impl>(schema)) {}
SqlEngine::~SqlEngine() = default;
Answer SqlEngine::ask(const Tokens& statement) { return impl_->ask(statement); }

}  // namespace banyan::evidence
