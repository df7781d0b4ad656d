// Graphs whose groups are known, and random ones with planted groups.
#pragma once

#include "analyzer/contexts/network.hpp"

#include <random>

namespace banyan::contexts {

// Zachary's karate club, 34 members, 78 friendships (J. of Anthropological Research 33, 1977), numbered from
// 0.
inline Network karate_club() {
  static constexpr std::uint32_t pairs[][2] = {
      {0, 1},   {0, 2},   {0, 3},   {0, 4},   {0, 5},   {0, 6},   {0, 7},   {0, 8},   {0, 10},  {0, 11},
      {0, 12},  {0, 13},  {0, 17},  {0, 19},  {0, 21},  {0, 31},  {1, 2},   {1, 3},   {1, 7},   {1, 13},
      {1, 17},  {1, 19},  {1, 21},  {1, 30},  {2, 3},   {2, 7},   {2, 8},   {2, 9},   {2, 13},  {2, 27},
      {2, 28},  {2, 32},  {3, 7},   {3, 12},  {3, 13},  {4, 6},   {4, 10},  {5, 6},   {5, 10},  {5, 16},
      {6, 16},  {8, 30},  {8, 32},  {8, 33},  {9, 33},  {13, 33}, {14, 32}, {14, 33}, {15, 32}, {15, 33},
      {18, 32}, {18, 33}, {19, 33}, {20, 32}, {20, 33}, {22, 32}, {22, 33}, {23, 25}, {23, 27}, {23, 29},
      {23, 32}, {23, 33}, {24, 25}, {24, 27}, {24, 31}, {25, 31}, {26, 29}, {26, 33}, {27, 33}, {28, 31},
      {28, 33}, {29, 32}, {29, 33}, {30, 32}, {30, 33}, {31, 32}, {31, 33}, {32, 33}};
  std::vector<Link> links;
  for (const auto& [a, b] : pairs) links.push_back({a, b, 1 << 20});
  return make_network(34, std::move(links));
}

struct Planted {
  Network network;
  Groups truth;
};

// `groups` groups of `size` nodes; chances of a link inside and across.
inline Planted planted_groups(std::uint32_t groups, std::uint32_t size, double inside, double across,
                              unsigned seed) {
  std::mt19937 random(seed);
  const auto chance = [&] { return static_cast<double>(random()) / 4294967296.0; };
  Planted planted;
  std::vector<Link> links;
  for (std::uint32_t i = 0; i < groups * size; ++i) {
    planted.truth.push_back(i / size);
    for (std::uint32_t j = 0; j < i; ++j)
      if (chance() < (i / size == j / size ? inside : across)) links.push_back({j, i, 1 << 20});
  }
  planted.network = make_network(groups * size, std::move(links));
  return planted;
}

}  // namespace banyan::contexts
