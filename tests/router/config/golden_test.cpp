// Each file under golden/ holds a configuration, a line of dashes, and what `check` prints about it ("OK" for
// none). UPDATE_GOLDEN=1 rewrites the second half.
#include "router/config/load.hpp"
#include "router/routing/expectations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace banyan::config {
namespace {

const std::string separator = "----------\n";

std::vector<std::string> golden_files() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(BANYAN_SOURCE_DIR "/tests/router/config/golden"))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_all(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

std::string verdict(const std::string& input) {
  const LoadResult loaded = load_text(input, "router.yaml");
  auto diagnostics = loaded.diagnostics;
  if (loaded.config) diagnostics = routing::check_expectations(loaded.config);
  return diagnostics.empty() ? "OK\n" : format(diagnostics);
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, SaysWhatIsWrongAndWhere) {
  const std::string path = std::string(BANYAN_SOURCE_DIR "/tests/router/config/golden/") + GetParam();
  const std::string text = read_all(path);
  const auto cut = text.find(separator);
  const std::string input = text.substr(0, cut);
  const std::string got = verdict(input);
  if (std::getenv("UPDATE_GOLDEN"))
    std::ofstream(path, std::ios::binary) << input << separator << got;
  else
    EXPECT_EQ(cut == std::string::npos ? "" : text.substr(cut + separator.size()), got);
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(golden_files()), [](const auto& file) {
  std::string name = std::filesystem::path(file.param).stem().string();
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
});

TEST(GoldenFiles, AreThere) { EXPECT_GE(golden_files().size(), 40u); }

}  // namespace
}  // namespace banyan::config
