// A small tangled shop: three modules of five sources each in folders and namespaces of their own, a kernel
// everyone uses, and some calls and table accesses across.
#pragma once

#include "tests/analyzer/graph/program_builder.hpp"

namespace banyan::testing {

inline void add_module(ProgramBuilder& p, const std::string& module, const std::string& table) {
  const auto name = [&](int i) {
    return "shop::" + module + "::" + module + std::string(1, static_cast<char>('A' + i));
  };
  const auto file = [&](int i) { return "src/" + module + "/part" + std::to_string(i); };
  for (int i = 0; i < 5; ++i) {
    p.declares(file(i) + ".hpp", name(i)).defines(file(i) + ".cpp", name(i));
    p.includes(file(i) + ".cpp", file(i) + ".hpp");
    p.words(file(i) + ".cpp", {module, module, table, "customer"});
    for (int j = 0; j < 5; ++j)
      if (i != j) p.calls(file(i) + ".cpp", name(i), name(j));
    p.calls(file(i) + ".cpp", name(i), "shop::core::log").calls(file(i) + ".cpp", name(i), "shop::core::now");
  }
  p.accesses(file(0) + ".cpp", name(0), table, evidence::AccessMode::insert);
  p.accesses(file(1) + ".cpp", name(1), table, evidence::AccessMode::read);
  p.route(file(2) + ".cpp", "GET", "/" + module + "/{id}", name(2));
}

inline ProgramBuilder made_up_shop() {
  ProgramBuilder p;
  for (const auto* name : {"log", "now"}) {
    p.declares("src/core/core.hpp", std::string("shop::core::") + name);
    p.defines("src/core/core.cpp", std::string("shop::core::") + name);
  }
  p.declares("src/core/text.hpp", "shop::core::trim").defines("src/core/text.cpp", "shop::core::trim");
  p.calls("src/core/text.cpp", "shop::core::trim", "shop::core::log");
  p.calls("src/core/core.cpp", "shop::core::log", "shop::core::trim");
  for (const auto* module : {"orders", "payments", "stock", "mail"})
    add_module(p, module, std::string(module) + "_table");
  p.calls("src/orders/part0.cpp", "shop::orders::ordersA", "shop::payments::paymentsA");
  p.calls("src/orders/part0.cpp", "shop::orders::ordersA", "shop::stock::stockA");
  p.accesses("src/orders/part0.cpp", "shop::orders::ordersA", "orders_table", evidence::AccessMode::update);
  p.accesses("src/orders/part0.cpp", "shop::orders::ordersA", "stock_table", evidence::AccessMode::update);
  p.transaction("src/orders/part0.cpp", "shop::orders::ordersA", 2);
  return p;
}

}  // namespace banyan::testing
