#include "router/config/loading.hpp"
#include "router/config/units.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

using cutover::PlanStep;
using cutover::Stage;

bool load_stage(Context& context, const Value* value, Stage& out) {
  const std::vector<std::string> stages = {"shadow", "canary", "live", "retired"};
  std::string name;
  if (!read(context, value, name, "a stage")) return false;
  if (std::find(stages.begin(), stages.end(), name) == stages.end()) {
    const std::string near = nearest(name, stages);
    std::string hint =
        near.empty() ? "stages are shadow, canary, live, retired" : "did you mean '" + near + "'?";
    if (name == "legacy") hint = "every cutover begins at legacy; the plan says what comes after";
    if (name == "rehearse" || name == "switch" || name == "complete")
      hint = "stages of data cutovers are not supported yet";
    context.expected(*value, "a stage", hint);
    return false;
  }
  out = *cutover::stage_from(name);
  return true;
}

void load_weight(Context& context, Mapping& section, PlanStep& step) {
  const Value* value = section.find("percent");
  const bool weighted = step.stage == Stage::shadow || step.stage == Stage::canary;
  if (!weighted) {
    step.weight = cutover::full_weight;
    if (value)
      context.error(value->place,
                    "stage " + std::string(to_string(step.stage)) + " has no percent: it is always 100 %");
    return;
  }
  if (!value) {
    if (step.stage == Stage::canary)
      context.error(section.value().place, "missing key 'percent' in '" + section.path() + "'",
                    "a canary needs its share of callers, such as 5");
    return;
  }
  const auto weight = value->kind == Value::Kind::scalar ? parse_weight(value->text) : std::nullopt;
  if (!weight || *weight == 0) {
    context.expected(*value, "a percentage above 0 and up to 100 in steps of 0.01");
    return;
  }
  step.weight = *weight;
}

void load_step(Context& context, const Value& value, const Config& config, const std::string& path,
               PlanStep& step) {
  Mapping section(context, value, path);
  const bool known =
      load_stage(context, section.require("stage", "shadow, canary, live or retired"), step.stage);
  if (known)
    load_weight(context, section, step);
  else
    section.find("percent");
  std::vector<std::string> names;
  for (const Gate& gate : config.gates) names.push_back(gate.name);
  each_item(section.find("gate"), [&](const Value& item) {
    if (const auto found = resolve(context, &item, "gate", names)) step.gates.push_back(names[*found]);
  });
  milliseconds hold{0};
  if (read(context, section.find("hold"), hold)) step.hold_ms = hold.count();
  each_item(section.find("approve"), [&](const Value& item) {
    std::string who;
    if (read(context, &item, who, "a name of who approves")) step.approve.push_back(who);
  });
  read(context, section.find("auto"), step.automatic);
}

std::string name_of(const PlanStep& step) {
  const bool weighted = step.stage == Stage::shadow || step.stage == Stage::canary;
  return std::string(to_string(step.stage)) + (weighted ? " " + cutover::percent(step.weight) : "");
}

void check_order(Context& context, const PlanStep& before, const PlanStep& step, const Place& place) {
  if (step.stage < before.stage)
    context.error(place, "the plan goes back: " + name_of(step) + " after " + name_of(before),
                  "the order is shadow, canary, live, retired; going back is `rollback`");
  else if (step.stage == before.stage && step.weight <= before.weight)
    context.error(place, "the plan does not rise: " + name_of(step) + " after " + name_of(before),
                  "each step moves more than the one before");
}

}  // namespace

void load_plan(Context& context, const Value& value, const Config& config, const std::string& path,
               cutover::Plan& out) {
  if (value.kind != Value::Kind::sequence || value.items.empty()) {
    context.expected(value, "a list of steps", "such as - { stage: canary, percent: 5 }");
    return;
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const std::size_t errors_before = context.count();
    PlanStep step;
    load_step(context, value.items[i], config, path + "[" + std::to_string(i) + "]", step);
    if (context.count() != errors_before) continue;
    if (!out.empty()) check_order(context, out.back(), step, value.items[i].place);
    out.push_back(std::move(step));
  }
}

cutover::Plan default_plan(bool shadow) {
  cutover::Plan plan;
  const auto add = [&plan](Stage stage, cutover::Weight weight) {
    PlanStep step;
    step.stage = stage;
    step.weight = weight;
    plan.push_back(std::move(step));
  };
  if (shadow) add(Stage::shadow, cutover::full_weight);
  for (const cutover::Weight weight : {100, 1000, 5000}) add(Stage::canary, weight);
  add(Stage::live, cutover::full_weight);
  return plan;
}

}  // namespace banyan::config
