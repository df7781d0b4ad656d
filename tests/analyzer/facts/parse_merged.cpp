#include "tests/analyzer/facts/parse_merged.hpp"

#include <gtest/gtest.h>

namespace banyan::facts::test {

std::vector<ParseRequest> requests(const Files& files, const std::vector<std::string>& units) {
  std::vector<ParseRequest> out;
  for (const std::string& unit : units) {
    ParseRequest request = request_for(files);
    request.file = "/src/" + unit;
    request.arguments.back() = request.file;
    out.push_back(std::move(request));
  }
  return out;
}

Outcome together(const Files& files, const std::vector<std::string>& units) {
  Outcome out;
  const auto all = requests(files, units);
  out.reasons = parse_merged(all, {}, [&](std::size_t i, UnitFacts facts) {
    out.merged.emplace(i, std::move(facts));
    return true;
  });
  for (const auto& [i, facts] : out.merged) {
    const UnitFacts alone = parse_unit(all[i]);
    EXPECT_EQ(facts.main_file, alone.main_file);
    EXPECT_EQ(facts.files_read, alone.files_read) << units[i];
    EXPECT_EQ(facts.errors, alone.errors) << units[i];
    EXPECT_EQ(facts.files.size(), alone.files.size()) << units[i];
    for (std::size_t f = 0; f < facts.files.size() && f < alone.files.size(); ++f)
      EXPECT_TRUE(facts.files[f] == alone.files[f]) << units[i] << ": facts of " << facts.files[f].path << " differ";
  }
  EXPECT_EQ(out.reasons.size(), units.size());
  for (std::size_t i = 0; i < out.reasons.size(); ++i)
    EXPECT_EQ(out.reasons[i].empty(), out.merged.contains(i)) << units[i];
  return out;
}

}  // namespace banyan::facts::test
