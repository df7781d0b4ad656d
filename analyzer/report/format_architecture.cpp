// The contexts as architecture models: Structurizr DSL (C4) and Context Mapper's CML.
#include "analyzer/report/formats.hpp"
#include "analyzer/report/quoting.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace banyan::report {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? std::string() : std::string(between)) + part;
  return text;
}

std::vector<std::string> tables_of(const Model& model, std::size_t context) {
  std::vector<std::string> names;
  for (const auto& table : model.tables)
    if (table.context == context) names.push_back(table.name);
  return names;
}

std::vector<std::string> routes_of(const Model& model, std::size_t context) {
  std::vector<std::string> names;
  for (const auto& route : model.routes)
    if (route.context == context) names.push_back(route.method + " " + route.path);
  return names;
}

// Structurizr wants distinct names in a system.
std::vector<std::string> distinct_names(const Model& model) {
  std::set<std::string> taken;
  std::vector<std::string> names;
  for (const auto& context : model.contexts) {
    const auto base = context.name.empty() ? std::string("unnamed") : context.name;
    auto name = base;
    for (int i = 2; !taken.insert(name).second; ++i) name = base + " " + std::to_string(i);
    names.push_back(name);
  }
  return names;
}

std::string seam_text(const Model::Seam& seam) {
  return std::to_string(seam.calls) + " calls, " + std::to_string(seam.types) + " type uses, " +
         std::to_string(seam.data) + " data uses, " + std::to_string(seam.accesses) + " table accesses";
}

std::string container(const Model& model, std::size_t i, const std::string& name) {
  const auto& context = model.contexts[i];
  std::string out = "      c" + std::to_string(i) + " = container " + quote_structurizr(name) + " " +
                    quote_structurizr(joined(context.sentences, " ")) + " \"C++\" " +
                    (context.shared_kernel ? "\"SharedKernel\"" : "\"Context\"") +
                    " {\n        properties {\n" + "          \"files\" \"" + std::to_string(context.files) +
                    "\"\n";
  const auto property = [&](const char* key, const std::vector<std::string>& values) {
    if (!values.empty())
      out += "          \"" + std::string(key) + "\" " + quote_structurizr(joined(values, ", ")) + "\n";
  };
  property("tables", tables_of(model, i));
  property("routes", routes_of(model, i));
  return out + "        }\n      }\n";
}

// The words of CML that a table or column may be called, too; '^' makes them names (Xtext).
constexpr std::string_view cml_keywords =
    " Aggregate Application BasicType Blob BoundedContext Clob Collection Command Consumer ContextMap"
    " Date DateTime Domain Entity Enum Event Flow List Map Module None Object Repository Resource"
    " Service Set String Subdomain Timestamp Trait UseCase UserStory abstract actor aggregateRoot"
    " auditable benefit boolean build cache cascade changeable command condition construct contains"
    " create delete delegates digits double email event eventBus extends external features fetch float"
    " future groupBy hint immutable implements import index inject interactions inverse length level"
    " long nogap notBlank notEmpty nullable operation optimisticLocking orderBy orderby owner package"
    " past path pattern persistent private protected public publish query range read realizes"
    " reference refines required responsibilities return scaffold scope select short size state"
    " subscribe supports throws transient triggers type update userRequirements valid validate version"
    " void webservice with write META CONCRETE UNDEFINED NORMAL RARELY OFTEN HIGH HUGE TINY FEATURE"
    " APPLICATION SYSTEM TEAM POST DELETE BigDecimal BigInteger Boolean Double Float Integer Long"
    " Partnership Bag AS_IS TO_BE ORGANIZATIONAL SYSTEM_LANDSCAPE CORE_DOMAIN SUPPORTING_DOMAIN"
    " GENERIC_SUBDOMAIN MONOPOLIST INFLUENCER OPINION_LEADER VETO_RIGHT DECISION_MAKER assertFalse"
    " assertTrue basePackage belongsTo creditCardNumber databaseColumn databaseTable databaseType"
    " decimalMax decimalMin scriptAssert queueName topicName"
    " ";

bool is_cml_keyword(const std::string& word) {
  if (word.size() <= 3) return true;  // U, D, ACL, GET, ...: many short words have a meaning
  return cml_keywords.find(" " + word + " ") != std::string_view::npos;
}

std::string cml_name(Identifiers& names, const std::string& name) {
  const auto id = names.make(name);
  return is_cml_keyword(id) ? "^" + id : id;
}

std::string entity(const Model::Table& table, Identifiers& entities, bool root) {
  std::string out = "      /* table " + std::string(table.view ? "(view) " : "");
  auto shown = comment_line(table.name);  // "*/" would end the comment
  for (auto at = shown.find("*/"); at != std::string::npos; at = shown.find("*/"))
    shown.replace(at, 2, "* /");
  out += shown + " */\n      Entity " + cml_name(entities, table.name) + " {\n";
  if (root) out += "        aggregateRoot\n";
  Identifiers attributes;
  for (const auto& column : table.columns) out += "        String " + cml_name(attributes, column) + "\n";
  return out + "      }\n";
}

std::string bounded_context(const Model& model, std::size_t i, const std::string& name, Identifiers& entities,
                            Identifiers& aggregates) {
  const auto& context = model.contexts[i];
  std::string out = "BoundedContext " + name +
                    " {\n  domainVisionStatement = " + quote_cml(joined(context.sentences, " ")) +
                    "\n  type = FEATURE\n";
  std::vector<std::string> duties;
  for (const auto& route : routes_of(model, i)) duties.push_back(quote_cml(route));
  if (!duties.empty()) out += "  responsibilities = " + joined(duties, ", ") + "\n";
  out += "  implementationTechnology = \"C++\"\n";
  std::string inside;
  for (const auto& table : model.tables)
    if (table.context == i) inside += entity(table, entities, inside.empty());
  if (!inside.empty()) out += "  Aggregate " + aggregates.make(context.name) + " {\n" + inside + "  }\n";
  return out + "}\n";
}

// One line for each pair: shared kernel, partnership when both need each other, else upstream and downstream.
std::string relationships(const Model& model, const std::vector<std::string>& names) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, const Model::Seam*> seams;
  for (const auto& seam : model.seams) seams[{seam.from, seam.to}] = &seam;
  std::string out;
  for (const auto& [pair, seam] : seams) {
    const auto& [from, to] = pair;
    const auto back = seams.find({to, from});
    const bool mutual = back != seams.end();
    if (mutual && to < from) continue;  // its other half was written
    const bool kernel = model.contexts[from].shared_kernel || model.contexts[to].shared_kernel;
    const auto technology =
        " {\n    implementationTechnology = " + quote_cml("in process: " + seam_text(*seam)) + "\n  }\n";
    if (kernel || mutual) {
      const std::string role = kernel ? "[SK]" : "[P]";
      out += "  " + names[from] + " " + role + "<->" + role + " " + names[to] + technology;
    } else {
      out += "  " + names[to] + " [U]->[D] " + names[from] + technology;
    }
  }
  return out;
}

}  // namespace

Document structurizr(const Model& model) {
  const auto names = distinct_names(model);
  std::string out =
      "workspace " + quote_structurizr(model.project) +
      " \"Candidate contexts of a monolith; the relationships are what would cross a wire.\" {\n"
      "  model {\n    monolith = softwareSystem " +
      quote_structurizr(model.project) + " {\n";
  for (std::size_t i = 0; i < model.contexts.size(); ++i) out += container(model, i, names[i]);
  out += "    }\n";
  for (const auto& seam : model.seams)
    out += "    c" + std::to_string(seam.from) + " -> c" + std::to_string(seam.to) + " " +
           quote_structurizr(seam_text(seam)) + "\n";
  out +=
      "  }\n  views {\n    container monolith \"Contexts\" {\n      include *\n      autolayout lr\n    }\n"
      "    styles {\n      element \"SharedKernel\" {\n        shape Component\n      }\n    }\n  }\n}\n";
  return {.text = std::move(out), .notes = {}};
}

Document cml(const Model& model) {
  Identifiers contexts("_context"), aggregates("_aggregate"), entities;
  std::vector<std::string> names;
  for (const auto& context : model.contexts) names.push_back(contexts.make(context.name));
  std::string out =
      "/* Inferred from code: [P] both need each other, [SK] shared kernel, [U]->[D] who is needed -> who "
      "needs. */\n"
      "ContextMap candidate_map {\n  type = SYSTEM_LANDSCAPE\n  state = AS_IS\n";
  if (!names.empty()) out += "  contains " + joined(names, ", ") + "\n";
  out += relationships(model, names) + "}\n";
  for (std::size_t i = 0; i < model.contexts.size(); ++i)
    out += "\n" + bounded_context(model, i, names[i], entities, aggregates);
  return {.text = std::move(out), .notes = {}};
}

}  // namespace banyan::report
