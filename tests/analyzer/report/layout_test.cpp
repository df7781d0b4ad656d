#include "analyzer/report/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace banyan::report {
namespace {

struct Made {
  std::vector<std::uint32_t> groups;
  std::vector<Tie> ties;
};

// 300 nodes in groups of unequal size, with ties inside and across.
Made made_up() {
  Made out;
  for (std::uint32_t i = 0; i < 300; ++i) out.groups.push_back(i % 30 < 15 ? 0 : 1 + i % 7);
  for (std::uint32_t i = 0; i < 300; ++i) out.ties.push_back({i, (i * 17 + 5) % 300, 1.0 + i % 3});
  return out;
}

struct Disc {
  Point middle;
  double radius = 0;
};

std::map<std::uint32_t, Disc> discs(const Made& made, const std::vector<Point>& points) {
  std::map<std::uint32_t, std::vector<Point>> members;
  for (std::size_t i = 0; i < points.size(); ++i) members[made.groups[i]].push_back(points[i]);
  std::map<std::uint32_t, Disc> out;
  for (const auto& [group, list] : members) {
    auto& disc = out[group];
    for (const auto& point : list) disc.middle.x += point.x, disc.middle.y += point.y;
    disc.middle.x /= static_cast<double>(list.size());
    disc.middle.y /= static_cast<double>(list.size());
    for (const auto& point : list)
      disc.radius = std::max(disc.radius, std::hypot(point.x - disc.middle.x, point.y - disc.middle.y));
  }
  return out;
}

TEST(Layout, DiscsStandApart) {
  const auto made = made_up();
  const auto all = discs(made, lay_out(made.groups, made.ties));
  ASSERT_EQ(all.size(), 8u);
  for (const auto& [a, one] : all)
    for (const auto& [b, other] : all) {
      if (a >= b) continue;
      const double apart = std::hypot(one.middle.x - other.middle.x, one.middle.y - other.middle.y);
      EXPECT_GT(apart, std::max(one.radius, other.radius)) << a << " and " << b;
    }
}

TEST(Layout, NoTwoNodesStandOnOneSpot) {
  const auto made = made_up();
  const auto points = lay_out(made.groups, made.ties);
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_GT(std::hypot(points[i].x - points[j].x, points[i].y - points[j].y), 0.5);
}

TEST(Layout, TheSameEveryTime) {
  const auto made = made_up();
  const auto once = lay_out(made.groups, made.ties), again = lay_out(made.groups, made.ties);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].x, again[i].x);
    EXPECT_EQ(once[i].y, again[i].y);
  }
}

TEST(Layout, WhoNeedsEachOtherStandsNear) {
  // Groups 0 and 1 are tied heavily, 2..6 only to 0 and lightly.
  Made made;
  for (std::uint32_t i = 0; i < 70; ++i) made.groups.push_back(i % 7);
  for (std::uint32_t i = 0; i < 70; i += 7) made.ties.push_back({i, i + 1, 50});
  for (std::uint32_t g = 2; g < 7; ++g) made.ties.push_back({0, g, 0.1});
  const auto all = discs(made, lay_out(made.groups, made.ties));
  const auto far = [&](std::uint32_t a, std::uint32_t b) {
    return std::hypot(all.at(a).middle.x - all.at(b).middle.x, all.at(a).middle.y - all.at(b).middle.y);
  };
  for (std::uint32_t g = 2; g < 7; ++g) EXPECT_LE(far(0, 1), far(0, g) + 1);
}

TEST(Layout, OneNodeAndNone) {
  EXPECT_TRUE(lay_out({}, {}).empty());
  EXPECT_EQ(lay_out({9}, {}).size(), 1u);
}

}  // namespace
}  // namespace banyan::report
