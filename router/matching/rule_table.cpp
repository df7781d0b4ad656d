#include "router/matching/rule_table.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

namespace banyan::matching {
namespace {

struct Edge {
  std::uint32_t node;
  std::string_view segment;  // borrowed from the rules while stored
  bool operator==(const Edge&) const = default;
};

std::uint64_t mix(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = seed ^ 0xcbf29ce484222325ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash ^ (hash >> 29);
}

struct EdgeHash {
  using is_avalanching = void;
  std::size_t operator()(const Edge& edge) const {
    return mix(edge.segment, edge.node * 0x9e3779b97f4a7c15ull) * 0xff51afd7ed558ccdull;
  }
};
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return mix(text, 0) * 0xff51afd7ed558ccdull; }
};
struct HostHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c | 0x20)) * 0x100000001b3ull;
    return hash * 0xff51afd7ed558ccdull;
  }
};
struct HostEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return equal_ignoring_case(a, b); }
};

// The rules behind one path: those for an exact host by name, the others in the order of their ranks.
struct Leaf {
  boost::unordered_flat_map<std::string, std::vector<std::uint32_t>, HostHash, HostEqual> by_host;
  std::vector<std::uint32_t> others;

  void add(const Rule& rule, std::uint32_t rank) {
    const bool exact_host = !rule.host.empty() && !rule.host.starts_with("*.");
    (exact_host ? by_host[rule.host] : others).push_back(rank);
  }
};

struct Node {
  std::uint32_t param = no_rule;   // child for any one segment
  std::uint32_t here = no_rule;    // leaf: the path ends here
  std::uint32_t prefix = no_rule;  // leaf: whatever follows
  std::uint32_t best = no_rule;    // the best rank at or below
};

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  return host.substr(0, host.find(':'));
}

bool host_matches(const std::string& wanted, std::string_view host) {
  if (wanted.empty()) return true;
  host = without_port(host);
  if (!wanted.starts_with("*.")) return equal_ignoring_case(wanted, host);
  const std::string_view suffix = std::string_view(wanted).substr(1);
  return host.size() > suffix.size() && equal_ignoring_case(host.substr(host.size() - suffix.size()), suffix);
}

bool holds(const Predicate& predicate, std::string_view value, bool present) {
  switch (predicate.kind) {
    case Predicate::Kind::present:
      return present;
    case Predicate::Kind::absent:
      return !present;
    case Predicate::Kind::equals:
      return present && value == predicate.value;
    case Predicate::Kind::regex:
      return present && RE2::FullMatch(re2::StringPiece(value.data(), value.size()), *predicate.regex);
  }
  return false;
}

template <class Find>
std::uint32_t first_failing(const std::vector<Predicate>& predicates, Find find) {
  for (std::uint32_t i = 0; i < predicates.size(); ++i) {
    bool present = false;
    const std::string_view value = find(predicates[i].name, present);
    if (!holds(predicates[i], value, present)) return i;
  }
  return no_rule;
}

// Everything but the path, which the table has settled already.
Tried try_beyond_path(const Rule& rule, std::uint32_t index, const RequestView& request) {
  if (!host_matches(rule.host, request.host)) return {index, Mismatch::host};
  if (!rule.methods.empty() &&
      std::find(rule.methods.begin(), rule.methods.end(), request.method) == rule.methods.end())
    return {index, Mismatch::method};
  const auto header = [&request](const std::string& name, bool& present) {
    const std::string_view value = find_header(request, name);
    present = value.data() != nullptr;
    return value;
  };
  const auto cookie = [&request](const std::string& name, bool& present) {
    const std::string_view value = find_cookie(request, name);
    present = value.data() != nullptr;
    return value;
  };
  const auto query = [&request](const std::string& name, bool& present) {
    return find_query(request, name, &present);
  };
  if (const auto i = first_failing(rule.headers, header); i != no_rule) return {index, Mismatch::header, i};
  if (const auto i = first_failing(rule.cookies, cookie); i != no_rule) return {index, Mismatch::cookie, i};
  if (const auto i = first_failing(rule.queries, query); i != no_rule) return {index, Mismatch::query, i};
  return {index, Mismatch::none};
}

bool path_matches(const PathPattern& pattern, std::string_view path) {
  if (pattern.kind == PathKind::any) return true;
  if (!path.starts_with('/')) return false;
  if (pattern.kind == PathKind::exact) return pattern.text == path;
  if (pattern.kind == PathKind::regex)
    return RE2::FullMatch(re2::StringPiece(path.data(), path.size()), *pattern.regex);
  std::string_view rest = path.substr(1);
  bool ended = false;
  for (const Segment& segment : pattern.segments) {
    if (ended) return false;
    const auto end = rest.find('/');
    const std::string_view text = rest.substr(0, end);
    if (segment.kind == Segment::Kind::literal ? segment.text != text : text.empty()) return false;
    ended = end == rest.npos;
    rest = ended ? std::string_view{} : rest.substr(end + 1);
  }
  return ended || pattern.kind == PathKind::prefix;
}

}  // namespace

std::string_view to_string(Mismatch mismatch) {
  switch (mismatch) {
    case Mismatch::none:
      return "match";
    case Mismatch::path:
      return "path differs";
    case Mismatch::host:
      return "host differs";
    case Mismatch::method:
      return "method differs";
    case Mismatch::header:
      return "header differs";
    case Mismatch::cookie:
      return "cookie differs";
    case Mismatch::query:
      return "query differs";
    case Mismatch::ambiguous_path:
      return "ambiguous path";
    case Mismatch::outranked:
      return "not reached";
  }
  return "?";
}

Tried try_rule(const Rule& rule, std::uint32_t index, const RequestView& request) {
  if (!ambiguity(request.path).empty()) return {index, Mismatch::ambiguous_path};
  if (!path_matches(rule.path, request.path)) return {index, Mismatch::path};
  return try_beyond_path(rule, index, request);
}

struct RuleTable::Impl {
  std::vector<Rule> rules;
  boost::unordered_flat_map<std::string, std::uint32_t, TextHash, std::equal_to<>> exact;
  boost::unordered_flat_map<Edge, std::uint32_t, EdgeHash> edges;
  std::vector<Node> nodes{1};
  std::vector<Leaf> leaves;
  std::vector<std::uint32_t> regexes;
  Leaf anywhere;

  struct Search {
    const RequestView& request;
    Trace* trace;
    std::uint32_t best = no_rule;
  };

  void build();
  void insert(const Rule& rule, std::uint32_t rank);
  Leaf& leaf(std::uint32_t& slot);
  bool try_rank(std::uint32_t rank, Search& search) const;
  void try_ranks(const std::vector<std::uint32_t>& ranks, Search& search) const;
  void try_leaf(const Leaf& leaf, Search& search) const;
  void walk(std::uint32_t node, std::string_view rest, bool ended, Search& search) const;
};

Leaf& RuleTable::Impl::leaf(std::uint32_t& slot) {
  if (slot == no_rule) {
    slot = static_cast<std::uint32_t>(leaves.size());
    leaves.emplace_back();
  }
  return leaves[slot];
}

void RuleTable::Impl::insert(const Rule& rule, std::uint32_t rank) {
  std::uint32_t at = 0;
  nodes[0].best = std::min(nodes[0].best, rank);
  for (const Segment& segment : rule.path.segments) {
    const auto fresh = static_cast<std::uint32_t>(nodes.size());
    std::uint32_t child = fresh;
    if (segment.kind == Segment::Kind::literal)
      child = edges.try_emplace(Edge{at, segment.text}, fresh).first->second;
    else if (nodes[at].param != no_rule)
      child = nodes[at].param;
    else
      nodes[at].param = fresh;
    if (child == fresh) nodes.emplace_back();
    at = child;
    nodes[at].best = std::min(nodes[at].best, rank);
  }
  leaf(rule.path.kind == PathKind::prefix ? nodes[at].prefix : nodes[at].here).add(rule, rank);
}

void RuleTable::Impl::build() {
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) {
    if (const int order = compare_specificity(a, b)) return order < 0;
    return std::pair(a.cutover, a.entry) < std::pair(b.cutover, b.entry);  // as in the file; they cannot meet
  });
  for (std::uint32_t rank = 0; rank < rules.size(); ++rank) {
    const Rule& rule = rules[rank];
    switch (rule.path.kind) {
      case PathKind::exact:
        leaf(exact.try_emplace(rule.path.text, no_rule).first->second).add(rule, rank);
        break;
      case PathKind::params:
      case PathKind::prefix:
        insert(rule, rank);
        break;
      case PathKind::regex:
        regexes.push_back(rank);
        break;
      case PathKind::any:
        anywhere.add(rule, rank);
        break;
    }
  }
}

bool RuleTable::Impl::try_rank(std::uint32_t rank, Search& search) const {
  if (rank >= search.best) {
    if (search.trace) search.trace->push_back({rank, Mismatch::outranked});
    return false;
  }
  const Tried tried = try_beyond_path(rules[rank], rank, search.request);
  if (search.trace) search.trace->push_back(tried);
  if (tried.outcome != Mismatch::none) return false;
  search.best = rank;
  return true;
}

// Ranks rise within a list, so without a trace the first hit ends it.
void RuleTable::Impl::try_ranks(const std::vector<std::uint32_t>& ranks, Search& search) const {
  for (const std::uint32_t rank : ranks)
    if (try_rank(rank, search) && !search.trace) return;
}

void RuleTable::Impl::try_leaf(const Leaf& leaf, Search& search) const {
  if (!leaf.by_host.empty()) {
    const auto found = leaf.by_host.find(without_port(search.request.host));
    if (found != leaf.by_host.end()) try_ranks(found->second, search);
  }
  try_ranks(leaf.others, search);
}

void RuleTable::Impl::walk(std::uint32_t at, std::string_view rest, bool ended, Search& search) const {
  const Node& node = nodes[at];
  if (node.best >= search.best) return;
  if (ended && node.here != no_rule) try_leaf(leaves[node.here], search);
  if (!ended) {
    const auto end = rest.find('/');
    const std::string_view segment = rest.substr(0, end);
    const bool last = end == rest.npos;
    const std::string_view below = last ? std::string_view{} : rest.substr(end + 1);
    if (const auto edge = edges.find(Edge{at, segment}); edge != edges.end())
      walk(edge->second, below, last, search);
    if (node.param != no_rule && !segment.empty()) walk(node.param, below, last, search);
  }
  if (node.prefix != no_rule) try_leaf(leaves[node.prefix], search);
}

RuleTable::RuleTable() : RuleTable(std::vector<Rule>{}) {}
RuleTable::RuleTable(std::vector<Rule> rules) : impl_(std::make_unique<Impl>()) {
  impl_->rules = std::move(rules);
  impl_->build();
}
RuleTable::~RuleTable() = default;
RuleTable::RuleTable(RuleTable&&) noexcept = default;
RuleTable& RuleTable::operator=(RuleTable&&) noexcept = default;

const std::vector<Rule>& RuleTable::rules() const { return impl_->rules; }

std::uint32_t RuleTable::find(const RequestView& request, Trace* trace) const {
  Impl::Search search{request, trace};
  if (impl_->rules.empty() || !ambiguity(request.path).empty()) return no_rule;
  if (request.path.starts_with('/')) {
    if (const auto exact = impl_->exact.find(request.path); exact != impl_->exact.end())
      impl_->try_leaf(impl_->leaves[exact->second], search);
    impl_->walk(0, request.path.substr(1), false, search);
    for (const std::uint32_t rank : impl_->regexes) {
      if (rank >= search.best) break;
      if (path_matches(impl_->rules[rank].path, request.path))
        impl_->try_rank(rank, search);
      else if (trace)
        trace->push_back({rank, Mismatch::path});
    }
  }
  impl_->try_leaf(impl_->anywhere, search);
  return search.best;
}

}  // namespace banyan::matching
