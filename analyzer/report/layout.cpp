#include "analyzer/report/layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace banyan::report {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double golden_angle = 2.39996322972865332;
constexpr double gap = 3;

struct Disc {
  std::vector<std::uint32_t> nodes;
  double radius = 0;
  Point at;
  bool placed = false;
};

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

class Discs {
 public:
  Discs(const std::vector<std::uint32_t>& groups, const std::vector<Tie>& ties) {
    std::map<std::uint32_t, std::uint32_t> numbers;
    for (const auto group : groups) numbers[group];
    for (auto& [group, number] : numbers) number = count_++;
    discs_.resize(count_);
    of_.reserve(groups.size());
    for (std::uint32_t node = 0; node < groups.size(); ++node) {
      of_.push_back(numbers.at(groups[node]));
      discs_[of_.back()].nodes.push_back(node);
    }
    for (auto& disc : discs_) disc.radius = 2 + std::sqrt(static_cast<double>(disc.nodes.size())) * 2;
    pull_.assign(count_ * count_, 0);
    for (const auto& tie : ties) {
      pull_[of_[tie.from] * count_ + of_[tie.to]] += tie.weight;
      pull_[of_[tie.to] * count_ + of_[tie.from]] += tie.weight;
    }
  }

  // The one with the strongest ties to those that stand already comes next.
  void place() {
    for (std::size_t step = 0; step < count_; ++step) {
      const auto next = strongest();
      discs_[next].at = step == 0 ? Point() : best_spot(next);
      discs_[next].placed = true;
    }
  }
  const std::vector<Disc>& all() const { return discs_; }
  std::uint32_t of(std::uint32_t node) const { return of_[node]; }

 private:
  double pull(std::size_t a, std::size_t b) const { return pull_[a * count_ + b]; }

  std::size_t strongest() const {
    std::size_t best = count_;
    double most = -1;
    for (std::size_t i = 0; i < count_; ++i) {
      if (discs_[i].placed) continue;
      double sum = 1e-9 * discs_[i].radius;
      for (std::size_t j = 0; j < count_; ++j)
        if (discs_[j].placed) sum += pull(i, j);
      if (sum > most) most = sum, best = i;
    }
    return best;
  }
  bool free(std::size_t disc, Point spot) const {
    return std::all_of(discs_.begin(), discs_.end(), [&](const Disc& other) {
      return !other.placed || distance(other.at, spot) >= other.radius + discs_[disc].radius + gap * 0.99;
    });
  }
  double cost(std::size_t disc, Point spot) const {
    double sum = 0, total = 1e-9;
    for (std::size_t j = 0; j < count_; ++j) {
      if (!discs_[j].placed) continue;
      sum += pull(disc, j) * distance(discs_[j].at, spot);
      total += pull(disc, j);
    }
    return sum / total + distance({}, spot);  // near those it needs, and the whole stays round
  }
  Point best_spot(std::size_t disc) const {
    const int angles = count_ > 60 ? 12 : 36;
    Point best;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& anchor : discs_) {
      if (!anchor.placed) continue;
      const double reach = anchor.radius + discs_[disc].radius + gap;
      for (int i = 0; i < angles; ++i) {
        const double angle = 2 * pi * i / angles;
        const Point spot{anchor.at.x + reach * std::cos(angle), anchor.at.y + reach * std::sin(angle)};
        const double price = cost(disc, spot);
        if (price < least - 1e-9 && free(disc, spot)) least = price, best = spot;
      }
    }
    return best;
  }

  std::uint32_t count_ = 0;
  std::vector<Disc> discs_;
  std::vector<std::uint32_t> of_;
  std::vector<double> pull_;
};

struct Outward {
  double outside = 0, inside = 0, x = 0, y = 0;  // weights; sum of directions
  double share() const { return outside / std::max(1e-9, outside + inside); }
  double angle() const { return x == 0 && y == 0 ? 0 : std::atan2(y, x); }
};

std::vector<Outward> look_outward(const Discs& discs, std::size_t nodes, const std::vector<Tie>& ties) {
  std::vector<Outward> out(nodes);
  const auto add = [&](std::uint32_t node, std::uint32_t other, double weight) {
    auto& one = out[node];
    const auto& here = discs.all()[discs.of(node)];
    const auto& there = discs.all()[discs.of(other)];
    if (&here == &there) {
      one.inside += weight;
      return;
    }
    const double length = std::max(1e-9, distance(here.at, there.at));
    one.outside += weight;
    one.x += weight * (there.at.x - here.at.x) / length;
    one.y += weight * (there.at.y - here.at.y) / length;
  };
  for (const auto& tie : ties) {
    add(tie.from, tie.to, tie.weight);
    add(tie.to, tie.from, tie.weight);
  }
  return out;
}

// Sunflower slots from the middle outwards; each ring of nodes takes its slots in the order of directions.
void fill(const Disc& disc, const std::vector<Outward>& outward, std::vector<Point>& points) {
  auto nodes = disc.nodes;
  std::stable_sort(nodes.begin(), nodes.end(),
                   [&](auto a, auto b) { return outward[a].share() < outward[b].share(); });
  const double count = static_cast<double>(nodes.size());
  const auto slot = [&](std::size_t i) {
    const double radius = (disc.radius - 2) * std::sqrt((static_cast<double>(i) + 0.5) / count);
    const double angle = golden_angle * static_cast<double>(i);
    return Point{radius * std::cos(angle), radius * std::sin(angle)};
  };
  const auto ring = std::max<std::size_t>(1, static_cast<std::size_t>(2 * std::sqrt(count)));
  for (std::size_t first = 0; first < nodes.size(); first += ring) {
    const auto last = std::min(nodes.size(), first + ring);
    std::vector<Point> slots;
    for (auto i = first; i < last; ++i) slots.push_back(slot(i));
    std::sort(slots.begin(), slots.end(),
              [](Point a, Point b) { return std::atan2(a.y, a.x) < std::atan2(b.y, b.x); });
    const auto begin = nodes.begin() + static_cast<std::ptrdiff_t>(first);
    std::stable_sort(begin, nodes.begin() + static_cast<std::ptrdiff_t>(last),
                     [&](auto a, auto b) { return outward[a].angle() < outward[b].angle(); });
    for (auto i = first; i < last; ++i)
      points[nodes[i]] = {disc.at.x + slots[i - first].x, disc.at.y + slots[i - first].y};
  }
}

}  // namespace

std::vector<Point> lay_out(const std::vector<std::uint32_t>& groups, const std::vector<Tie>& ties) {
  Discs discs(groups, ties);
  discs.place();
  const auto outward = look_outward(discs, groups.size(), ties);
  std::vector<Point> points(groups.size());
  for (const auto& disc : discs.all()) fill(disc, outward, points);
  return points;
}

}  // namespace banyan::report
