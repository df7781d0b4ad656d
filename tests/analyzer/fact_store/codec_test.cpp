#include "analyzer/fact_store/codec.hpp"

#include <gtest/gtest.h>

#include <random>

namespace banyan::fact_store {
namespace {

facts::FileFacts example() {
  facts::FileFacts facts;
  facts.path = "src/a.cpp";
  facts.lines = 12;
  facts.digest = "00ff";
  facts.symbols.push_back({"usr",
                           "n::f",
                           "scope",
                           "void ()",
                           "",
                           {"src/a.cpp", 1, 2},
                           9,
                           facts::SymbolKind::method,
                           true,
                           false});
  facts.symbols.push_back({"g",
                           "g",
                           "",
                           "int",
                           "text",
                           {"src/a.cpp", 300, 70000},
                           300,
                           facts::SymbolKind::variable,
                           false,
                           true,
                           true});
  facts.signatures.push_back({"usr", {"src/a.cpp", 1, 2}, "void", {{"a", "int", "3"}, {"", "n::A &", ""}},
                              facts::RefQualifier::rvalue, true, false, true, false, true, false, true});
  facts.references.push_back({"usr", "g", "g", {"src/a.cpp", 3, 4}, facts::ReferenceKind::overrides});
  facts.includes.push_back({{"src/a.cpp", 1, 1}, "x.h", "src/x.h", true});
  facts.strings.push_back(
      {{"src/a.cpp", 5, 6}, "usr", "c", "n::run", "sql", -1, {{true, "SELECT\n", ""}, {false, "id", "u"}}});
  facts.strings.push_back({{"src/a.cpp", 5, 7}, "usr", "c", "n::run", "", 2, {}});
  facts.registrations.push_back({{"src/a.cpp", 7, 8},
                                 "in",
                                 "c",
                                 "get",
                                 "Router",
                                 {"/x", "h"},
                                 {true, false},
                                 {"h1"},
                                 {"n::h"},
                                 "ROUTE"});
  facts.guards.push_back({{"src/a.cpp", 8, 1}, 11, "usr", "Tx", "txu", "db"});
  facts.words = {"order", "order", "ship"};
  return facts;
}

TEST(Codec, KeepsEverything) {
  const facts::FileFacts facts = example();
  const auto back = decode(encode(facts));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, facts);
  EXPECT_EQ(encode(*back), encode(facts));
}

TEST(Codec, KeepsErrors) {
  const std::vector<facts::Diagnostic> errors{{{"a.h", 3, 4}, "'x.h' file not found", true},
                                              {{}, "no", false}};
  const auto back = decode_errors(encode(errors));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, errors);
}

TEST(Codec, RefusesDamageWithoutCrashing) {
  const std::string blob = encode(example());
  EXPECT_FALSE(decode(""));
  for (std::size_t size = 0; size < blob.size(); ++size)
    EXPECT_FALSE(decode(std::string_view(blob).substr(0, size)));
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = blob;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    (void)decode(damaged);  // any answer, but no crash and no huge allocation
  }
}

}  // namespace
}  // namespace banyan::fact_store
