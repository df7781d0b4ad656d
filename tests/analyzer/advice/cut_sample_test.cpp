// The cut advice taken at its word: the patch applied to a copy of the sample shop removes the planted cycle, and the
// shop still builds and passes its own tests.
#include "tests/support/sample_map.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace banyan {
namespace {

namespace fs = std::filesystem;
const std::string program = BANYAN_BINARY_DIR "/bin/banyan-analyze";

support::Output must(const std::vector<std::string>& argv) {
  auto done = support::run(argv, std::chrono::minutes(20));
  EXPECT_EQ(done.exit_code, 0) << argv[0] << ' ' << argv[1] << "\n" << done.out << done.err;
  return done;
}

TEST(CutSample, ThePatchRemovesTheCycleAndTheShopStillPassesItsTests) {
  const auto sample = support::sample_map();
  const auto before = must({program, "advise", "cuts", "-o", sample.out});
  EXPECT_NE(before.out.find("3 files in a cycle"), std::string::npos) << before.out;
  EXPECT_EQ(before.out.find("By hand"), std::string::npos) << before.out;

  support::TempDir dir;
  const fs::path shop = dir / "shop", build = dir / "build", out = dir / "out";
  fs::copy(BANYAN_SOURCE_DIR "/monolith_sample", shop, fs::copy_options::recursive);
  support::write_file(dir / "cut.patch", must({program, "advise", "cuts", "-o", sample.out, "--format", "diff"}).out);
  must({"git", "-C", shop, "apply", dir / "cut.patch"});
  // Unoptimized and without debug information; the next run finds the same files under the same names in the cache.
  std::vector<std::string> configure{"cmake", "-G", "Ninja", "-S", shop, "-B", build, "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O0"};
  if (support::run({"sh", "-c", "command -v ccache"}).exit_code == 0)
    configure.push_back("-DCMAKE_CXX_COMPILER_LAUNCHER=env;CCACHE_NOHASHDIR=1;CCACHE_BASEDIR=" + dir.path().string() + ";ccache");
  must(configure);
  must({program, "map", "-p", build, "--root", shop, "-o", out, "--progress", "none"});
  EXPECT_EQ(must({program, "advise", "cuts", "-o", out}).out, "");
  EXPECT_EQ(must({program, "query", "-o", out, "--sql", "SELECT title FROM finding WHERE rule = 'include-cycle'",
                  "--format", "csv"})
                .out.find("cycle of"),
            std::string::npos);

  must({"cmake", "--build", build, "-j", "2"});
  const auto tests = must({"ctest", "--test-dir", build, "--output-on-failure"});
  EXPECT_NE(tests.out.find("100% tests passed"), std::string::npos) << tests.out;
}

}  // namespace
}  // namespace banyan
