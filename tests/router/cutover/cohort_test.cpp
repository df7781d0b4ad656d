#include "router/cutover/cohort.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <regex>
#include <string>

namespace banyan::cutover {
namespace {

// The reference vectors of SipHash-2-4: key 00..0f, message 00, 01, 02 ... of growing length.
TEST(SipHash, GivesTheReferenceVectors) {
  const SaltKey key = {0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull};
  const std::uint64_t expected[] = {0x726fdb47dd0e0e31ull, 0x74f839c593dc67fdull, 0x0d6c8009d9a94f5aull,
                                    0x85676696d7fb7e2dull, 0xcf2794e0277187b7ull, 0x18765564cd99a68dull,
                                    0xcbc9466e58fee3ceull, 0xab0200f58b01d137ull, 0x93f5f5799a932462ull};
  std::string message;
  for (std::size_t length = 0; length < std::size(expected); ++length) {
    for (std::size_t cut = 0; cut <= length; ++cut)
      EXPECT_EQ(siphash24(key, message.substr(0, cut), message.substr(cut)), expected[length])
          << length << " cut " << cut;
    message += static_cast<char>(length);
  }
}

TEST(SipHash, GivesTheReferenceVectorOfFifteenBytes) {
  std::string message;
  for (int i = 0; i < 15; ++i) message += static_cast<char>(i);
  EXPECT_EQ(siphash24({0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull}, message, ""), 0xa129ca6149be45e5ull);
}

// The published table; it was computed by another implementation.
TEST(Bucket, AgreesWithThePublishedVectors) {
  std::ifstream stream(BANYAN_SOURCE_DIR "/docs/reference/cohort-vectors.md");
  const std::regex row(R"(\| (?:`(.*)`|\(empty\)) \| `(.*)` \| (?:`(.*)`|\(empty\)) \| (\d+) \|)");
  int rows = 0;
  for (std::string line; std::getline(stream, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    ++rows;
    EXPECT_EQ(bucket(salt_key(match[1].str()), match[2].str() + '\0', match[3].str()), std::stoul(match[4]))
        << line;
  }
  EXPECT_EQ(rows, 8);
}

TEST(Bucket, IsBelowTenThousandAndDependsOnEveryInput) {
  const SaltKey one = salt_key("one"), two = salt_key("two");
  const std::string a("a\0", 2), b("b\0", 2);
  int same_cutover = 0, same_salt = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = "caller-" + std::to_string(i);
    ASSERT_LT(bucket(one, a, key), bucket_count);
    same_cutover += bucket(one, a, key) == bucket(two, a, key);
    same_salt += bucket(one, a, key) == bucket(one, b, key);
  }
  EXPECT_LT(same_cutover, 5);
  EXPECT_LT(same_salt, 5);
}

TEST(F10, NoCallerGoesBackWhileTheWeightRisesAndTheShareIsRight) {
  constexpr int callers = 100'000;
  const SaltKey salt = salt_key("shop-2026");
  const std::string cutover("inventory-read\0", 15);
  std::vector<std::uint32_t> buckets;
  for (int i = 0; i < callers; ++i)
    buckets.push_back(bucket(salt, cutover, "account-" + std::to_string(i * 7919)));
  std::mt19937 random(1);
  std::vector<bool> moved(callers);
  for (std::uint32_t weight = 0; weight <= bucket_count; weight += 1 + random() % 700) {
    int now = 0;
    for (int i = 0; i < callers; ++i) {
      const bool is_new = buckets[static_cast<std::size_t>(i)] < weight;
      ASSERT_FALSE(moved[static_cast<std::size_t>(i)] && !is_new)
          << "caller " << i << " went back at " << weight;
      moved[static_cast<std::size_t>(i)] = is_new;
      now += is_new;
    }
    EXPECT_NEAR(100.0 * now / callers, weight / 100.0, 0.5);
  }
}

}  // namespace
}  // namespace banyan::cutover
