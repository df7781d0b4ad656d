#include "analyzer/advice/seam_api.hpp"

#include "analyzer/advice/lookup.hpp"
#include "analyzer/advice/seam_types.hpp"

#include <algorithm>
#include <tuple>

namespace banyan::advice {
namespace {

using contexts::SeamItem;
using facts::Symbol;
using facts::SymbolKind;
using graph::EdgeKind;

bool is_call(EdgeKind kind) {
  return kind == EdgeKind::call || kind == EdgeKind::virtual_call || kind == EdgeKind::construct ||
         kind == EdgeKind::address_taken;
}

std::vector<Location> places(const std::vector<graph::Site>& sites) {
  std::vector<Location> out;
  for (const auto& site : sites) out.push_back(site.at);
  sort_unique(out);
  return out;
}

class Builder {
 public:
  Builder(const Subject& subject, const SymbolIndex& index, const contexts::Seam& seam)
      : subject_(subject), index_(index), seam_(seam), crossing_(index) {}

  SeamApi build() {
    const auto& all = subject_.contexts.contexts;
    out_.from = all[seam_.from].name, out_.to = all[seam_.to].name;
    find_values();
    for (const SeamItem& item : seam_.items) add(item);
    for (const auto& table : seam_.tables) add_table(table);
    for (const SeamOperation& one : out_.operations) look_at(one);
    out_.types = crossing_.types();
    out_.cannot_cross.insert(out_.cannot_cross.end(), crossing_.blockers.begin(), crossing_.blockers.end());
    std::sort(out_.operations.begin(), out_.operations.end(), [](const SeamOperation& a, const SeamOperation& b) {
      return std::tie(a.owner, a.name, a.signature.at, a.signature.usr) < std::tie(b.owner, b.name, b.signature.at, b.signature.usr);
    });
    auto& blocked = out_.cannot_cross;
    std::sort(blocked.begin(), blocked.end());
    const auto same = [](const CannotCross& a, const CannotCross& b) {
      return std::tie(a.kind, a.what, a.why, a.at) == std::tie(b.kind, b.what, b.why, b.at);
    };
    blocked.erase(std::unique(blocked.begin(), blocked.end(), same), blocked.end());
    return std::move(out_);
  }

 private:
  // Records that some function of the seam hands over whole.
  void find_values() {
    for (const SeamItem& item : seam_.items) {
      const auto* signature = is_call(item.kind) ? signature_of(item) : nullptr;
      if (signature == nullptr) continue;
      const auto hear = [&](const Symbol& one, bool by_value) {
        if (by_value && one.kind == SymbolKind::record) values_.insert(one.usr);
      };
      project_types(index_, parse_type(signature->result), hear);
      for (const auto& parameter : signature->parameters) project_types(index_, parse_type(parameter.type), hear);
    }
  }

  const graph::SymbolInfo* info(const SeamItem& item) const {
    return item.symbol == graph::none ? nullptr : &subject_.graph.symbols[item.symbol];
  }
  const facts::Signature* signature_of(const SeamItem& item) const {
    return info(item) == nullptr ? nullptr : index_.signature(info(item)->usr);
  }
  bool is_value(const Symbol& record) const { return values_.contains(record.usr) || is_plain(index_, record); }

  void block(const SeamItem& item, const char* kind, std::string why) {
    auto sites = places(item.sites);
    const Symbol* symbol = info(item) == nullptr ? nullptr : index_.symbol(info(item)->usr);
    const Location at = symbol != nullptr ? symbol->at : sites.empty() ? Location{} : sites.front();
    out_.cannot_cross.push_back({kind, item.name, std::move(why), at, std::move(sites)});
  }

  void add(const SeamItem& item) {
    if (item.kind == EdgeKind::macro)
      return block(item, "macro", "a macro is text of the program; make it a constant or a function of its own");
    const Symbol* symbol = info(item) == nullptr ? nullptr : index_.symbol(info(item)->usr);
    if (symbol == nullptr) return;
    if (item.kind == EdgeKind::inherit || item.kind == EdgeKind::override_)
      return block(item, "inheritance", out_.from + " derives from it: that class has to be on both sides, or become a call back");
    if (is_function(symbol->kind)) return add_function(item, *symbol);
    if (symbol->kind == SymbolKind::variable) return add_variable(item, *symbol);
    const Symbol* record = symbol->kind == SymbolKind::field || symbol->kind == SymbolKind::enumerator
                               ? index_.symbol(symbol->scope_usr) : symbol;
    if (record == nullptr || (record->kind != SymbolKind::record && record->kind != SymbolKind::enumeration)) return;
    if (record->kind == SymbolKind::enumeration || is_value(*record)) return crossing_.add(*record, places(item.sites));
    if (symbol->kind == SymbolKind::field)
      block(item, "direct-data", out_.from + " reaches into an object of " + out_.to + "; ask for it through a function");
  }

  void add_variable(const SeamItem& item, const Symbol& variable) {
    if (!variable.mutable_global) return;  // a constant is copied
    block(item, "mutable-global",
          std::string(item.kind == EdgeKind::global_write ? "changed" : "read") + " by " + out_.from + " in memory that " + out_.to +
              " would keep; make it a question and a command");
  }

  void add_function(const SeamItem& item, const Symbol& function) {
    const Symbol* record = function.scope_usr.empty() ? nullptr : index_.symbol(function.scope_usr);
    if (record != nullptr && record->kind != SymbolKind::record) return;  // a lambda or a local class
    const facts::Signature* signature = index_.signature(function.usr);
    const std::string last = last_part(function.name);
    const bool constructor = record != nullptr && last == last_part(record->name);
    const bool with_value = last.starts_with("operator") || last.starts_with("~");
    if (record != nullptr && (with_value || constructor || !is_static(signature)) && is_value(*record))
      return crossing_.add(*record, places(item.sites));
    if (constructor) return block(item, "constructs", out_.from + " makes the object itself: its life would be in the other process");
    if (with_value) return;
    if (index_.hidden(function)) return block(item, "hidden", "only friends can call it; there is no public function to offer");
    if (signature == nullptr || !is_header(signature->at.file))
      return block(item, "no-header", "no header declares it, so that nobody else can call it properly");
    if (signature->is_template) return block(item, "template", "a template exists once for each type; offer the instances that are used");
    if (signature->is_variadic) return block(item, "variadic", "arguments of unknown number and type");
    if (signature->is_volatile || signature->ref == facts::RefQualifier::rvalue)
      return block(item, "live-object", "needs an object that is given up or volatile");
    if (const std::string problem = cannot_spell(*signature); !problem.empty()) return block(item, "hidden", problem);
    if (item.kind == EdgeKind::address_taken)
      block(item, "callback", "its address is handed on: whoever gets it calls it inside this process");
    add_operation(item, function, *signature, record);
  }

  // A port can only be declared with types that it may name.
  std::string cannot_spell(const facts::Signature& signature) const {
    const CppType result = parse_type(signature.result);
    std::vector<CppType> all{result};
    for (const auto& parameter : signature.parameters) all.push_back(parse_type(parameter.type));
    if (result.kind == CppType::Kind::callable) return "returns a function of this process: " + result.text;
    for (const CppType& type : all) {
      if (type.kind == CppType::Kind::other) return "its types have no name outside of their file";
      std::vector<std::string> names;
      names_in(type, names);
      for (const std::string& name : names) {
        const Symbol* known = index_.type(name);
        if (known != nullptr && index_.hidden(*known)) return name + " in its signature is private";
        if (name == "auto" || name.starts_with("decltype")) return "its result has no spelled type";
      }
    }
    return {};
  }

  static bool is_static(const facts::Signature* signature) { return signature != nullptr && signature->is_static; }

  void add_operation(const SeamItem& item, const Symbol& function, const facts::Signature& signature, const Symbol* record) {
    auto known = std::find_if(out_.operations.begin(), out_.operations.end(),
                              [&](const SeamOperation& one) { return one.signature.usr == function.usr; });
    if (known == out_.operations.end()) {
      const std::string owner = record != nullptr ? record->name : scope_part(function.name);
      out_.operations.push_back({function.name, owner, record != nullptr, signature, 0, {}});
      known = std::prev(out_.operations.end());
    }
    known->calls += item.count;
    for (const Location& at : places(item.sites)) known->sites.push_back(at);
    sort_unique(known->sites);
  }

  void look_at(const SeamOperation& one) {
    const auto& signature = one.signature;
    crossing_.look_at(parse_type(signature.result), Role::result, one.name + " (result)", signature.at, one.sites);
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
      const auto& parameter = signature.parameters[i];
      const std::string name = parameter.name.empty() ? "parameter " + std::to_string(i + 1) : parameter.name;
      crossing_.look_at(parse_type(parameter.type), Role::parameter, one.name + " (" + name + ")", signature.at, one.sites);
    }
  }

  void add_table(const contexts::SeamTable& table) {
    static constexpr const char* kVerbs[] = {"reads", "inserts into", "updates", "deletes from"};
    auto sites = places(table.sites);
    const Location at = sites.empty() ? Location{} : sites.front();
    out_.cannot_cross.push_back({"sql", subject_.graph.tables[table.table],
                                 out_.from + " " + kVerbs[static_cast<std::size_t>(table.mode)] + " a table of " + out_.to +
                                     " in SQL of its own; make it an operation",
                                 at, std::move(sites)});
  }

  const Subject& subject_;
  const SymbolIndex& index_;
  const contexts::Seam& seam_;
  CrossingTypes crossing_;
  std::set<std::string> values_;
  SeamApi out_;
};

}  // namespace

SeamApi seam_api(const Subject& subject, const SymbolIndex& index, const contexts::Seam& seam) {
  return Builder(subject, index, seam).build();
}

std::string seam_name(const SeamApi& api) { return kebab(api.from) + "-to-" + kebab(api.to); }

}  // namespace banyan::advice
