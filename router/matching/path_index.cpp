#include "router/matching/path_index.hpp"

#include "router/matching/request_view.hpp"

#include <cstring>

namespace banyan::matching {
namespace {

constexpr std::size_t arena_piece = 64 * 1024;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const auto product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word(const char* from, std::size_t bytes) {
  std::uint64_t out = 0;
  std::memcpy(&out, from, bytes);
  return out;
}

bool one_host(const Rule& rule) { return !rule.host.empty() && !rule.host.starts_with("*."); }

}  // namespace

std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  constexpr std::uint64_t a = 0xa0761d6478bd642full, b = 0xe7037ed1a0b428dbull;
  std::uint64_t hash = fold(seed ^ a, bytes.size() ^ b);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left > 8; left -= 8, at += 8) hash = fold(hash ^ word(at, 8), a);
  return fold(hash ^ word(at, left), b);
}

std::size_t PathIndex::HostHash::operator()(std::string_view host) const {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : host) hash = (hash ^ static_cast<unsigned char>(c | 0x20)) * 0x100000001b3ull;
  return hash * 0xff51afd7ed558ccdull;
}
bool PathIndex::HostEqual::operator()(std::string_view a, std::string_view b) const { return equal_ignoring_case(a, b); }

std::string_view PathIndex::keep(std::string_view text) {
  if (arena_.empty() || arena_.back().capacity() - arena_.back().size() < text.size()) {
    arena_.emplace_back();
    arena_.back().reserve(std::max(arena_piece, text.size()));
  }
  std::string& piece = arena_.back();
  const std::size_t at = piece.size();
  piece += text;  // never grows beyond its capacity, so that earlier views stay
  return std::string_view(piece).substr(at);
}

std::uint32_t PathIndex::grow(std::uint32_t& slot) {
  if (slot == none) {
    slot = static_cast<std::uint32_t>(leaves_.size());
    leaves_.emplace_back();
    building_.emplace_back();
  }
  return slot;
}

std::uint32_t PathIndex::node_for(const PathPattern& path, std::uint32_t rank) {
  std::uint32_t at = 0;
  nodes_[0].best = std::min(nodes_[0].best, rank);
  for (const Segment& segment : path.segments) {
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    std::uint32_t next = fresh;
    if (segment.kind == Segment::Kind::param)
      next = nodes_[at].param = std::min(nodes_[at].param, fresh);
    else if (const auto known = child(at, segment.text); known != none)
      next = known;
    else
      edges_.emplace(Edge{at, keep(segment.text)}, fresh);
    if (next == fresh) nodes_.emplace_back();
    at = next;
    nodes_[at].best = std::min(nodes_[at].best, rank);
  }
  return at;
}

std::uint32_t PathIndex::leaf_for(const PathPattern& path, std::uint32_t rank) {
  if (path.kind == PathKind::any) return 0;
  if (path.kind == PathKind::exact) {
    if (const auto known = exact_leaf_.find(path.text); known != exact_leaf_.end()) return known->second;
    std::uint32_t fresh = none;
    exact_leaf_.emplace(keep(path.text), grow(fresh));
    return fresh;
  }
  Node& node = nodes_[node_for(path, rank)];
  return grow(path.kind == PathKind::prefix ? node.prefix : node.here);
}

void PathIndex::add(const Rule& rule, Candidate candidate) {
  std::uint32_t at = leaf_for(rule.path, candidate.rank);
  if (one_host(rule)) {
    if (leaves_[at].hosts == none) {
      leaves_[at].hosts = static_cast<std::uint32_t>(hosts_.size());
      hosts_.emplace_back();
    }
    at = grow(hosts_[leaves_[at].hosts].try_emplace(rule.host, none).first->second);
  }
  building_[at].push_back(candidate);
}

void PathIndex::seal() {
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    const auto& all = building_[i];
    if (all.empty()) continue;
    leaves_[i].first = all.front();
    leaves_[i].at = static_cast<std::uint32_t>(candidates_.size());
    leaves_[i].more = static_cast<std::uint32_t>(all.size() - 1);
    candidates_.insert(candidates_.end(), all.begin() + 1, all.end());
  }
  for (const auto& [path, leaf] : exact_leaf_) exact_.emplace(path, leaves_[leaf]);
  exact_leaf_ = {};
  building_ = {};
}

const Leaf* PathIndex::for_host(const Leaf& leaf, std::string_view host) const {
  if (leaf.hosts == none) return nullptr;
  const auto found = hosts_[leaf.hosts].find(host);
  return found == hosts_[leaf.hosts].end() ? nullptr : &leaves_[found->second];
}

}  // namespace banyan::matching
