// The last chapter of the second act: one order as one trace, collected from every process it went through.
#include <algorithm>

#include "tests/demo/story.hpp"
#include "tests/demo/waterfall.hpp"

namespace banyan::demo {
namespace {

using support::CollectedSpan;

std::vector<CollectedSpan> spans_of(const World& world, const std::string& trace_id) {
  auto spans = world.collector().spans();
  std::erase_if(spans, [&](const auto& span) { return span.trace_id != trace_id; });
  return spans;
}

bool applied(const std::vector<CollectedSpan>& spans, const std::string& event) {
  return std::any_of(spans.begin(), spans.end(), [&](const auto& span) {
    return span.name.starts_with("process ") && span.name.find("." + event + ".") != std::string::npos;
  });
}

bool has_all(const std::vector<CollectedSpan>& spans, const std::vector<std::string>& last_events) {
  return trace_facts(spans).whole() &&
         std::all_of(last_events.begin(), last_events.end(), [&](const auto& event) { return applied(spans, event); });
}

std::string listed(const std::set<std::string>& services) {
  std::string out;
  for (const auto& service : services) out += (out.empty() ? "" : ", ") + service.substr(service.find('-') + 1);
  return out;
}

}  // namespace

void draw_one_trace(World& world, Narrator& narrator, const std::string& trace_id, const std::vector<std::string>& last_events) {
  narrator.chapter("One order is one trace, from its caller to the last event");
  support::eventually([&] { return has_all(spans_of(world, trace_id), last_events); }, std::chrono::seconds(30));
  const auto spans = spans_of(world, trace_id);
  const auto facts = trace_facts(spans);
  support::write_file(world.file("trace.json"), only_trace(world.collector().bodies(), trace_id));
  support::write_file(world.file("trace.svg"), draw_trace(spans, "An order placed while the payment service was dead"));
  narrator.tell("What the collector got of the order that was placed meanwhile: " + world.file("trace.json").string());
  narrator.tell("Drawn: " + world.file("trace.svg").string());
  const auto faults = world.collector().faults();
  if (!faults.empty()) narrator.detail("the collector: " + faults.front());
  narrator.check("one trace joins all processes of an order",
                 has_all(spans, last_events) && facts.services.size() == 6 && faults.empty(),
                 std::to_string(spans.size()) + " spans of " + listed(facts.services) + "; " + std::to_string(facts.roots) + " begins it, " +
                     std::to_string(facts.orphans) + " without their parent; its last events are applied");
}

}  // namespace banyan::demo
