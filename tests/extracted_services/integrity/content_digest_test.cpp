#include "extracted_services/integrity/content_digest.hpp"

#include <gtest/gtest.h>

namespace banyan::integrity {
namespace {

// RFC 9530, appendix B.1.
const std::string body = "{\"hello\": \"world\"}\n";
const std::string digest = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

TEST(ContentDigest, IsTheOneOfTheStandardsExample) { EXPECT_EQ(content_digest(body), digest); }

TEST(ContentDigest, IsComparedWithTheBody) {
  const struct { std::string line; Match match; } cases[] = {
      {digest, Match::same},
      {"sha-512=:AAAA:, " + digest, Match::same},
      {digest + " , md5=:AAAA:", Match::same},
      {digest + ";a=b", Match::same},
      {"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg:", Match::same},  // no padding
      {"sha-256=:AAAA:," + digest, Match::same},                                // the last one counts
      {digest + ",sha-256=:AAAA:", Match::different},
      {"sha-256=:SK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", Match::different},
      {"sha-256=::", Match::different},
      {"sha-256=:", Match::different},
      {"sha-256=", Match::different},
      {"sha-256", Match::different},
      {"sha-256=RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=", Match::different},
      {"", Match::says_nothing},
      {",,", Match::says_nothing},
      {"sha-2567=:AAAA:", Match::says_nothing},
      {"sha-512=:AAAA:", Match::says_nothing},
      {"no dictionary at all", Match::says_nothing},
  };
  for (const auto& one : cases) EXPECT_EQ(compare(one.line, body), one.match) << one.line;
}

TEST(ContentDigest, NoFlippedBitStaysUnseen) {
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    std::string damaged = body;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(compare(digest, damaged), Match::different) << bit;
  }
}

TEST(ContentDigest, IsWantedByWhoSaysSo) {
  const struct { const char* line; bool wants; } cases[] = {
      {"sha-256=10", true}, {"sha-512=3, sha-256=1", true}, {"sha-256=0", false}, {"sha-512=10", false},
      {"sha-256=", false},  {"sha-256", false},             {"", false}};
  for (const auto& one : cases) EXPECT_EQ(wants_digest(one.line), one.wants) << one.line;
}

}  // namespace
}  // namespace banyan::integrity
