// Paths -> leaves. Exact paths lie in one hash table; patterns in a trie of segments whose edges lie in another, with
// the text of all keys in one piece, so that a lookup among 100,000 rules touches few cache lines. Built once.
#pragma once

#include "router/matching/candidates.hpp"
#include "router/matching/rule.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace banyan::matching {

// Eight bytes at a step (the multiply-and-fold of wyhash). Tables are built from configuration only, so no key is needed.
std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed);

struct TextHash {
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const { return hash_bytes(text, 0); }
};

// The rules behind one path, ranks rising: `first` itself, then `more` of them from candidates()[at].
// Those that ask for one exact host lie apart, found by its name.
struct Leaf {
  Candidate first;
  std::uint32_t at = 0;
  std::uint32_t more = 0;
  std::uint32_t hosts = 0xffffffff;
};

class PathIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;
  struct Node {
    std::uint32_t param = none;   // child for any one segment
    std::uint32_t here = none;    // leaf: the path ends here
    std::uint32_t prefix = none;  // leaf: whatever follows
    std::uint32_t best = none;    // the best rank at or below
  };

  // Call in rising rank, then seal() once.
  void add(const Rule& rule, Candidate candidate);
  void seal();

  const Leaf* exact(std::string_view path) const {
    const auto found = exact_.find(path);
    return found == exact_.end() ? nullptr : &found->second;
  }
  const Leaf& anywhere() const { return leaves_[0]; }
  const Leaf& leaf(std::uint32_t index) const { return leaves_[index]; }
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  std::uint32_t child(std::uint32_t node, std::string_view segment) const {
    const auto found = edges_.find(Edge{node, segment});
    return found == edges_.end() ? none : found->second;
  }
  const Candidate* candidates(const Leaf& leaf) const { return candidates_.data() + leaf.at; }
  // The leaf for that host (no port), or null.
  const Leaf* for_host(const Leaf& leaf, std::string_view host) const;

 private:
  struct Edge {
    std::uint32_t node;
    std::string_view segment;  // in the arena while stored
    bool operator==(const Edge&) const = default;
  };
  struct EdgeHash {
    using is_avalanching = void;
    std::size_t operator()(const Edge& edge) const { return hash_bytes(edge.segment, edge.node + 1); }
  };
  struct HostHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view host) const;
  };
  struct HostEqual {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };
  using ByHost = boost::unordered_flat_map<std::string, std::uint32_t, HostHash, HostEqual>;

  std::string_view keep(std::string_view text);
  std::uint32_t grow(std::uint32_t& slot);
  std::uint32_t node_for(const PathPattern& path, std::uint32_t rank);
  std::uint32_t leaf_for(const PathPattern& path, std::uint32_t rank);

  boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash> exact_leaf_;  // while building
  boost::unordered_flat_map<std::string_view, Leaf, TextHash> exact_;
  boost::unordered_flat_map<Edge, std::uint32_t, EdgeHash> edges_;
  std::vector<Node> nodes_{1};
  std::vector<Leaf> leaves_{1};
  std::vector<std::vector<Candidate>> building_{1};  // of each leaf, while building
  std::vector<Candidate> candidates_;
  std::vector<ByHost> hosts_;
  std::deque<std::string> arena_;
};

}  // namespace banyan::matching
