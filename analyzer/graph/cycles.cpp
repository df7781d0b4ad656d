#include "analyzer/graph/graph.hpp"

#include <algorithm>

namespace banyan::graph {
namespace {

// Tarjan's algorithm with its recursion kept on a heap-allocated stack.
class Tarjan {
 public:
  Tarjan(std::uint32_t nodes, std::span<const Arc> arcs)
      : start_(nodes + 1), index_(nodes), low_(nodes), open_(nodes) {
    std::vector<Arc> sorted(arcs.begin(), arcs.end());
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [from, to] : sorted) {
      ++start_[from + 1];
      targets_.push_back(to);
    }
    for (std::uint32_t i = 0; i < nodes; ++i) start_[i + 1] += start_[i];
  }

  std::vector<std::vector<std::uint32_t>> run() {
    for (std::uint32_t node = 0; node < index_.size(); ++node)
      if (index_[node] == 0) visit_from(node);
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  struct Frame {
    std::uint32_t node, next;
  };

  void enter(std::uint32_t node) {
    index_[node] = low_[node] = ++counter_;
    stack_.push_back(node);
    open_[node] = true;
    frames_.push_back({node, start_[node]});
  }

  void visit_from(std::uint32_t root) {
    enter(root);
    while (!frames_.empty()) {
      auto& [node, next] = frames_.back();
      if (next == start_[node + 1]) {
        leave();
        continue;
      }
      const auto target = targets_[next++];
      if (index_[target] == 0)
        enter(target);
      else if (open_[target])
        low_[node] = std::min(low_[node], index_[target]);
    }
  }

  void leave() {
    const auto node = frames_.back().node;
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
    if (low_[node] != index_[node]) return;
    std::vector<std::uint32_t> group;
    do {
      group.push_back(stack_.back());
      open_[stack_.back()] = false;
      stack_.pop_back();
    } while (group.back() != node);
    std::sort(group.begin(), group.end());
    if (group.size() > 1) found_.push_back(std::move(group));
  }

  std::vector<std::uint32_t> start_, targets_, index_, low_, stack_;
  std::vector<bool> open_;
  std::vector<Frame> frames_;
  std::vector<std::vector<std::uint32_t>> found_;
  std::uint32_t counter_ = 0;
};

}  // namespace

std::vector<std::vector<std::uint32_t>> cycles(std::uint32_t nodes, std::span<const Arc> arcs) {
  return Tarjan(nodes, arcs).run();
}

}  // namespace banyan::graph
