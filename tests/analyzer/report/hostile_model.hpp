// A model whose every name is hostile to some format, for the formats' tests.
#pragma once

#include "analyzer/report/model.hpp"

#include <string>
#include <vector>

namespace banyan::testing {

inline const std::vector<std::string>& hostile_names() {
  static const std::vector<std::string> names = {"plain",
                                                 "two words",
                                                 "a\"b\"c",
                                                 "back\\slash\\",
                                                 "\\N\\\"",
                                                 "line\nend\r\nand\ttab",
                                                 "<b>&amp;</b>",
                                                 "]]>--></script>",
                                                 "=cmd|' /C calc'!A0",
                                                 "a,b;c|d",
                                                 "${HOME} #{x} %%{init}%%",
                                                 "`tick` #quot; 'single'",
                                                 "*/ } ] ) end",
                                                 "{\"openapi\": 1}",
                                                 "--- \n...\n- x: [",
                                                 "ünïcødé 木",
                                                 std::string("nul\0bell\a\x1b[31m\x7f", 15),
                                                 "type",
                                                 "Service",
                                                 "123",
                                                 "",
                                                 "\xC2\x85next line",
                                                 "plain"};
  return names;
}

inline report::Model hostile_model() {
  report::Model model;
  const auto& names = hostile_names();
  model.project = names[2];
  model.tool = "banyan-analyze 1.2.3";
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    const auto& name = names[i];
    const auto next = static_cast<std::uint32_t>((i + 1) % names.size());
    model.contexts.push_back({.id = name,
                              .name = name,
                              .shared_kernel = i == 3,
                              .tests = false,
                              .files = 1,
                              .lines = 10,
                              .ease = 0.5,
                              .stability = 0.25,
                              .sentences = {name, "owns " + name}});
    model.components.push_back({.path = name, .context = i, .stability = 1});
    model.edges.push_back(
        {.from = i, .to = next, .kind = "call", .count = i + 1, .weight = 1.5, .at = {name, 3, 4}});
    model.tables.push_back({.name = name,
                            .at = {name, 1, 1},
                            .context = i,
                            .confidence = 1,
                            .view = i % 2 == 0,
                            .columns = {name, "type", "sku"},
                            .foreign_keys = {}});
    model.table_users.push_back({i, i, "read", 2});
    model.routes.push_back({.method = i % 2 == 0 ? "GET" : "*",
                            .path = "/" + name + "/{" + name + "}/{id}",
                            .handler = name,
                            .at = {name, 7, 1},
                            .context = i,
                            .confidence = 0.5,
                            .tables = {{name, "read"}}});
    model.seams.push_back(
        {.from = i, .to = next, .weight = 2, .calls = 1, .types = 0, .data = 0, .accesses = 3});
    model.findings.push_back({.id = "kind:" + name,
                              .rule = i % 2 == 0 ? "torn-transaction" : name,
                              .severity = report::Severity::warning,
                              .title = name,
                              .advice = name,
                              .at = {name, i, 1},
                              .related = {{name, 9, 0}}});
  }
  return model;
}

}  // namespace banyan::testing
