#include "analyzer/evidence/transactions.hpp"

#include "analyzer/evidence/names.hpp"
#include "analyzer/evidence/reach.hpp"
#include "analyzer/evidence/sql_tokens.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace banyan::evidence {
namespace {

enum class Control : std::uint8_t { none, begin, end };

Control control_of(const std::string& text) {
  const Tokens tokens = tokenize(text);
  if (tokens.empty() || tokens.size() > 5) return Control::none;
  const bool start = is_word(tokens[0], "START") && is_word_at(tokens, 1, "TRANSACTION");
  if (is_word(tokens[0], "BEGIN") || is_word(tokens[0], "SAVEPOINT") || start) return Control::begin;
  const bool end = is_any_word(tokens[0], {"COMMIT", "END", "RELEASE"});
  return end ? Control::end : Control::none;
}

bool names_transaction(const std::string& type) {
  const std::vector<std::string> words = name_words(last_component(type));
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (has("lock") || has("mutex") || has("statement")) return false;
  return has("transaction") || has("txn") || has("tx") || has("savepoint") ||
         type.rfind("pqxx::work", 0) == 0 || (has("unit") && has("work"));
}

// QSqlDatabase::transaction, Poco::Data::Session::begin, mysql_autocommit ..: by name, because a library's text is not
// looked into.
Control library_control(const std::string& qualified) {
  static const std::set<std::string> begins = {"beginTransaction",  "BeginTransaction",  "startTransaction",
                                               "begin_transaction", "start_transaction", "mysql_autocommit"};
  static const std::set<std::string> ends = {"commit",         "Commit",           "commitTransaction",
                                             "CommitTransaction", "commit_transaction", "mysql_commit"};
  const std::string name = last_component(qualified);
  if (begins.count(name) != 0) return Control::begin;
  if (ends.count(name) != 0) return Control::end;
  if (name != "begin" && name != "transaction") return Control::none;
  const std::vector<std::string> owner = name_words(qualified.substr(0, qualified.size() - name.size()));
  const bool database = std::any_of(owner.begin(), owner.end(), [](const std::string& word) {
    return word == "session" || word == "connection" || word == "database" || word == "db" || word == "sql";
  });
  return database ? Control::begin : Control::none;
}

class TransactionFinder {
 public:
  TransactionFinder(const facts::Program& program, const Evidence& evidence)
      : program_(program), index_(evidence.accesses), reach_(program) {
    for (const facts::FileFacts& file : program.files) {
      for (const facts::Symbol& symbol : file.symbols) {
        if (symbol.definition || functions_.count(symbol.usr) == 0) functions_[symbol.usr] = &symbol;
      }
      for (const facts::Reference& reference : file.references)
        calls_[reference.from_usr].push_back(&reference);
    }
    for (const Statement& statement : evidence.statements) {
      const Control control = control_of(statement.text);
      if (control == Control::begin) begins_[statement.in_usr].push_back(statement.at);
      if (control == Control::end) ends_[statement.in_usr].push_back(statement.at);
    }
  }

  std::vector<Transaction> run() {
    guards();
    literals();
    helpers();
    library_calls();
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void guards() {
    std::set<std::string> types;
    for (const auto& [usr, places] : begins_) {
      const auto function = functions_.find(usr);
      if (function != functions_.end()) types.insert(function->second->scope_usr);
    }
    types.erase("");
    for (const facts::FileFacts& file : program_.files) {
      for (const facts::Guard& guard : file.guards) {
        const bool begins = types.count(guard.type_usr) != 0 && begins_in_constructor(guard.type_usr);
        if (!names_transaction(guard.type) && !begins) continue;
        add(guard.at, guard.end_line, guard.in_usr, "guard " + guard.type);
      }
    }
  }

  // A database class has a begin() method; only a guard begins when it is made.
  bool begins_in_constructor(const std::string& type) const {
    return std::any_of(begins_.begin(), begins_.end(), [&](const auto& entry) {
      const auto function = functions_.find(entry.first);
      if (function == functions_.end() || function->second->scope_usr != type) return false;
      const auto owner = functions_.find(type);
      return owner != functions_.end() &&
             last_component(function->second->name) == last_component(owner->second->name);
    });
  }

  void literals() {
    for (const auto& [usr, places] : begins_) {
      for (const Location& begin : places) {
        const std::uint32_t end = last_end(usr, begin);
        if (end == 0) continue;
        add(begin, end, usr, "begin literal");
      }
    }
  }

  std::uint32_t last_end(const std::string& usr, const Location& begin) const {
    std::uint32_t line = 0;
    const auto ends = ends_.find(usr);
    if (ends == ends_.end()) return 0;
    for (const Location& end : ends->second) {
      if (end.file == begin.file && end.line >= begin.line) line = std::max(line, end.line);
    }
    return line;
  }

  // begin(); ...; commit(); where the helpers hold the words.
  void helpers() {
    for (const auto& [caller, references] : calls_) {
      if (caller.empty() || begins_.count(caller) + ends_.count(caller) != 0) continue;
      for (const facts::Reference* reference : references) {
        const bool helper = begins_.count(reference->to_usr) != 0 && ends_.count(reference->to_usr) == 0;
        if (!helper || reference->kind == facts::ReferenceKind::construct) continue;
        add(reference->at, end_of_helper(references, reference->at, caller), caller,
            "begin call " + reference->to_name);
      }
    }
  }

  // connection.beginTransaction(); ...; connection.commit(); of a library.
  void library_calls() {
    for (const auto& [caller, references] : calls_) {
      const auto function = functions_.find(caller);
      if (function == functions_.end() || begins_.count(caller) != 0) continue;
      for (const facts::Reference* begin : references) {
        if (!is_library(*begin, Control::begin)) continue;
        std::uint32_t end = 0;
        for (const facts::Reference* reference : references) {
          const bool after = reference->at.file == begin->at.file && reference->at.line >= begin->at.line;
          if (after && is_library(*reference, Control::end)) end = std::max(end, reference->at.line);
        }
        if (end != 0) add(begin->at, end, caller, "begin call " + begin->to_name);
      }
    }
  }

  bool is_library(const facts::Reference& reference, Control control) const {
    const bool call = reference.kind == facts::ReferenceKind::call ||
                      reference.kind == facts::ReferenceKind::virtual_call;
    return call && functions_.count(reference.to_usr) == 0 && library_control(reference.to_name) == control;
  }

  std::uint32_t end_of_helper(const std::vector<const facts::Reference*>& references, const Location& begin,
                              const std::string& caller) const {
    std::uint32_t line = 0;
    for (const facts::Reference* reference : references) {
      const bool after = reference->at.file == begin.file && reference->at.line >= begin.line;
      if (after && ends_.count(reference->to_usr) != 0) line = std::max(line, reference->at.line);
    }
    const auto function = functions_.find(caller);
    return line != 0 || function == functions_.end() ? line : function->second->end_line;
  }

  void add(const Location& at, std::uint32_t end_line, const std::string& usr, std::string how) {
    Transaction transaction{at, std::max(end_line, at.line), usr, std::move(how), {}};
    const auto inside = [&](const Location& place) {
      return place.file == at.file && place.line >= at.line && place.line <= transaction.end_line;
    };
    std::set<TableAccess> accesses;
    for (const TableAccess& access : index_.of(usr)) {
      if (inside(access.at)) accesses.insert(access);
    }
    const auto calls = calls_.find(usr);
    for (const facts::Reference* reference :
         calls == calls_.end() ? std::vector<const facts::Reference*>() : calls->second) {
      if (!inside(reference->at) || !is_call(reference->kind)) continue;
      for (const std::string& function : reach_.functions(reference->to_usr)) {
        const auto& more = index_.of(function);
        if (function != usr) accesses.insert(more.begin(), more.end());
      }
    }
    transaction.accesses.assign(accesses.begin(), accesses.end());
    found_.push_back(std::move(transaction));
  }

  static bool is_call(facts::ReferenceKind kind) {
    using facts::ReferenceKind;
    return kind == ReferenceKind::call || kind == ReferenceKind::virtual_call ||
           kind == ReferenceKind::construct || kind == ReferenceKind::address_taken;
  }

  const facts::Program& program_;
  AccessIndex index_;
  Reach reach_;
  std::map<std::string, const facts::Symbol*> functions_;
  std::map<std::string, std::vector<const facts::Reference*>> calls_;
  std::map<std::string, std::vector<Location>> begins_;
  std::map<std::string, std::vector<Location>> ends_;
  std::vector<Transaction> found_;
};

}  // namespace

std::vector<Transaction> find_transactions(const facts::Program& program, const Evidence& evidence) {
  return TransactionFinder(program, evidence).run();
}

}  // namespace banyan::evidence
