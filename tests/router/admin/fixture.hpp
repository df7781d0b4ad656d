// A Control over a scratch folder, with two cutovers.
#pragma once

#include "router/admin/control.hpp"
#include "router/config/load.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace banyan::admin {

inline const std::string shop_yaml =
    "version: 1\n"
    "static: { state: \"state.db\" }\n"
    "cohort: { key: [ \"header:X-Id\" ], salt: \"s\" }\n"
    "upstreams: { monolith: { endpoints: [ \"a:1\" ] }, orders: { endpoints: [ \"b:1\" ] } }\n"
    "gates: { parity: { min_samples: 10, diff_rate: { max: 1% } } }\n"
    "cutovers:\n"
    "  - { name: orders, match: { methods: [ GET ], path: \"/orders/**\" }, to: orders,\n"
    "      plan: [ { stage: shadow, percent: 20 }, { stage: canary, percent: 25, gate: [ parity ] }, { "
    "stage: live } ] }\n"
    "  - { name: stock, match: { methods: [ GET ], path: \"/stock/**\" }, to: orders }\n";

class Shop {
 public:
  explicit Shop(const std::string& yaml = shop_yaml) { write(yaml); }

  std::string file() const { return (dir_ / "router.yaml").string(); }
  std::string state() const { return (dir_ / "state.db").string(); }
  void write(const std::string& yaml) const { support::write_file(dir_ / "router.yaml", yaml); }

  std::unique_ptr<Control> open() {
    auto loaded = config::load_file(file());
    EXPECT_TRUE(loaded.config) << config::format(loaded.diagnostics);
    return std::make_unique<Control>(loaded.config, [this](bool error, const std::string& line) {
      const std::lock_guard lock(mutex_);
      if (error) errors_ += line + "\n";
    });
  }
  std::string errors() const {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

 private:
  support::TempDir dir_;
  mutable std::mutex mutex_;
  std::string errors_;
};

inline const Actor ada{"ada", "a test"};

inline cutover::Command command(cutover::Verb verb, cutover::Weight weight = 0) {
  cutover::Command out;
  out.verb = verb;
  out.weight = weight;
  return out;
}

inline std::string stage(Control& control, const std::string& name) {
  const auto snapshot = control.live().snapshot();
  return describe(snapshot->stages->states[*snapshot->config->find_cutover(name)]);
}

}  // namespace banyan::admin
