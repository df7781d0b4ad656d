#include "analyzer/compile_db/adjust.hpp"

#include "analyzer/compile_db/entries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace banyan::compile_db {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  const char* command;
  const char* flags;  // joined by spaces
  const char* dropped;
  const char* sources;
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

class Adjusting : public testing::TestWithParam<Case> {};

TEST_P(Adjusting, KeepsWhatMattersAndSaysWhatItDropped) {
  const Adjusted adjusted = adjust(split_command(GetParam().command), "a.cpp");
  EXPECT_EQ(joined(adjusted.flags), GetParam().flags);
  EXPECT_EQ(joined(adjusted.dropped), GetParam().dropped);
  EXPECT_EQ(joined(adjusted.sources), GetParam().sources);
}

INSTANTIATE_TEST_SUITE_P(
    Commands, Adjusting,
    testing::Values(
        Case{"g++ -c a.cpp -o a.o", "", "", "a.cpp"},
        Case{"g++ -std=c++20 -DX=1 -I inc -isystem /x a.cpp", "-std=c++20 -DX=1 -I inc -isystem /x", "",
             "a.cpp"},
        Case{"ccache g++ -DA a.cpp", "-DA", "", "a.cpp"},
        Case{"/usr/bin/distcc ccache g++ -DA a.cpp", "-DA", "", "a.cpp"},
        Case{"g++ -MD -MT a.o -MF a.d -MP -c a.cpp -oa.o", "", "", "a.cpp"},
        Case{"g++ -Wall -Werror=maybe-uninitialized -Wno-stringop-overflow -w a.cpp", "", "", "a.cpp"},
        Case{"g++ -fconcepts -fno-gnu-unique -fconserve-stack -flto-partition=none a.cpp", "",
             "-fconcepts -fno-gnu-unique -fconserve-stack -flto-partition=none", "a.cpp"},
        Case{"g++ -fno-exceptions -fPIC -fvisibility=hidden -pthread a.cpp",
             "-fno-exceptions -fPIC -fvisibility=hidden -pthread", "", "a.cpp"},
        Case{"g++ --param max-inline=3 -DB a.cpp", "-DB", "--param", "a.cpp"},
        Case{"g++ a.cpp b.cc lib.o libx.a -lx -Ly", "", "lib.o libx.a", "a.cpp b.cc"},
        Case{"g++ -include pre.h -D 'S=\"a b\"' a.cpp", "-include pre.h -D S=\"a b\"", "", "a.cpp"},
        Case{"g++ -Wp,-DX -Wp,-MD,a.d -Wl,-z a.cpp", "-Wp,-DX", "-Wp,-MD,a.d -Wl,-z", "a.cpp"},
        Case{"g++ -x c++ -march=native -m32 a.inc a.cpp", "-x c++ -march=native -m32", "a.inc", "a.cpp"}));

TEST(Adjusting, FindsTheCompilersTargetAndLanguage) {
  EXPECT_THAT(driver_flags("/usr/bin/g++-12"), ElementsAre("--driver-mode=g++"));
  EXPECT_THAT(driver_flags("gcc"), IsEmpty());
  EXPECT_THAT(driver_flags("clang++-19"), ElementsAre("--driver-mode=g++"));
  EXPECT_THAT(driver_flags("aarch64-linux-gnu-g++"),
              ElementsAre("--target=aarch64-linux-gnu", "--driver-mode=g++"));
  EXPECT_THAT(driver_flags("clang-cl.exe"), ElementsAre("--driver-mode=cl"));
}

TEST(Adjusting, SeesModuleMaps) {
  EXPECT_TRUE(adjust(split_command("g++ -fmodules-ts -fmodule-mapper=a.modmap a.cpp"), "a.cpp").module_map);
  EXPECT_FALSE(adjust(split_command("g++ a.cpp"), "a.cpp").module_map);
}

TEST(Adjusting, NamesFamiliesOfFlags) {
  EXPECT_EQ(flag_family("-flto-partition=none"), "-flto-partition=...");
  EXPECT_EQ(flag_family("-fconcepts"), "-fconcepts");
}

}  // namespace
}  // namespace banyan::compile_db
