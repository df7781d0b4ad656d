#include "router/telemetry/baggage.hpp"

#include <gtest/gtest.h>

#include <random>

namespace banyan::telemetry {
namespace {

std::string members(int count, const std::string& value = "v") {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i == 0 ? "k" : ",k") + std::to_string(i) + "=" + value;
  return out;
}

TEST(BaggageRoom, PassesUnchangedWhatEveryHopMustCarry) {
  const std::string rows[] = {"", "a=1", " a = 1 ;p=2 , b=2", "no member at all", "a=1,,b=2,", members(64), "a=" + std::string(8190, 'x')};
  for (const auto& row : rows) {
    BaggageRoom room;
    EXPECT_EQ(room.take(row), row);
  }
}

TEST(BaggageRoom, LeavesOutWholeMembersFromTheEnd) {
  BaggageRoom by_number;
  EXPECT_EQ(by_number.take(members(65)), members(64));
  BaggageRoom by_size;
  EXPECT_EQ(by_size.take("a=1," + std::string("b=") + std::string(9000, 'x') + ",c=3"), "a=1");
  BaggageRoom nothing;
  EXPECT_EQ(nothing.take("a=" + std::string(8191, 'x')), "");
}

TEST(BaggageRoom, SeveralFieldsShareIt) {
  BaggageRoom room;
  EXPECT_EQ(room.take(members(60)), members(60));
  EXPECT_EQ(room.take("a=1,b=2,c=3,d=4,e=5"), "a=1,b=2,c=3,d=4");
  EXPECT_EQ(room.take("f=6"), "") << "nothing after a gap";
  BaggageRoom bytes;
  EXPECT_EQ(bytes.take("a=" + std::string(8186, 'x')).size(), 8188u);
  EXPECT_EQ(bytes.take("b=2"), "b=2");  // 8188, a comma, 3
  EXPECT_EQ(bytes.take("c=3"), "");
}

// Whatever comes, what is passed on is a prefix of it that ends where a member ends.
TEST(BaggageRoom, NeverCutsAMember) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string field;
    const auto size = random() % 12'000;
    while (field.size() < size) field += "ab=1;,% \t"[random() % 9];
    BaggageRoom room;
    const auto taken = room.take(field);
    ASSERT_LE(taken.size(), BaggageRoom::most_bytes);
    ASSERT_EQ(taken, std::string_view(field).substr(0, taken.size()));
    ASSERT_TRUE(taken.empty() || taken.size() == field.size() || field[taken.size()] == ',');
  }
}

TEST(BaggageMembers, Table) {
  struct {
    std::string field;
    std::string found;  // key>value; ...
  } const rows[] = {
      {"a=1,b=2", "a>1;b>2;"},
      {" a = 1 ; prop=x , b=2", "a>1;b>2;"},
      {"a=x%2Cy%3d%zz%4", "a>x,y=%zz%4;"},
      {"a=b=c", "a>b=c;"},
      {"a=", "a>;"},
      {"=1,a b=2,,novalue,c=3", "c>3;"},
      {"", ""},
  };
  for (const auto& row : rows) {
    std::string_view rest = row.field;
    std::string found;
    for (BaggageMember member; next_member(rest, member);) {
      found.append(member.key) += '>';
      append_decoded(found, member.value);
      found += ';';
    }
    EXPECT_EQ(found, row.found) << row.field;
  }
}

}  // namespace
}  // namespace banyan::telemetry
