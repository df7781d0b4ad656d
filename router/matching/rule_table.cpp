#include "router/matching/rule_table.hpp"

#include "router/matching/path_index.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

namespace banyan::matching {
namespace {

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
  PathIndex paths;
  MethodBits methods;
  std::vector<std::uint32_t> regexes;

  struct Search {
    const RequestView& request;
    Trace* trace;
    std::uint32_t method;  // its bit
    std::uint32_t best = no_rule;
  };

  void build();
  Candidate candidate(std::uint32_t rank);
  bool try_candidate(Candidate candidate, Search& search) const;
  void try_all(const Leaf& leaf, Search& search) const;
  void try_leaf(const Leaf& leaf, Search& search) const;
  void walk(std::uint32_t at, std::string_view rest, bool ended, Search& search) const;
};

Candidate RuleTable::Impl::candidate(std::uint32_t rank) {
  const Rule& rule = rules[rank];
  const std::uint32_t mask = methods.learn(rule.methods);
  const bool more = !rule.host.empty() || !rule.headers.empty() || !rule.cookies.empty() || !rule.queries.empty();
  return {rank, mask == 0 ? Candidate::any_method : mask, more || mask == 0};
}

void RuleTable::Impl::build() {
  std::sort(rules.begin(), rules.end(), [](const Rule& a, const Rule& b) {
    if (const int order = compare_specificity(a, b)) return order < 0;
    return std::pair(a.cutover, a.entry) < std::pair(b.cutover, b.entry);  // as in the file; they cannot meet
  });
  for (std::uint32_t rank = 0; rank < rules.size(); ++rank) {
    if (rules[rank].path.kind == PathKind::regex)
      regexes.push_back(rank);
    else
      paths.add(rules[rank], candidate(rank));
  }
  paths.seal();
}

bool RuleTable::Impl::try_candidate(Candidate candidate, Search& search) const {
  if (candidate.rank >= search.best) {
    if (search.trace && candidate.rank != no_rule) search.trace->push_back({candidate.rank, Mismatch::outranked});
    return false;
  }
  bool matched = (candidate.methods & search.method) != 0;
  if (search.trace || (matched && candidate.beyond)) {
    const Tried tried = try_beyond_path(rules[candidate.rank], candidate.rank, search.request);
    if (search.trace) search.trace->push_back(tried);
    matched = tried.outcome == Mismatch::none;
  }
  if (matched) search.best = candidate.rank;
  return matched;
}

// Ranks rise within a leaf, so without a trace the first hit ends it.
void RuleTable::Impl::try_all(const Leaf& leaf, Search& search) const {
  if (try_candidate(leaf.first, search) && !search.trace) return;
  const Candidate* more = paths.candidates(leaf);
  for (std::uint32_t i = 0; i < leaf.more; ++i)
    if (try_candidate(more[i], search) && !search.trace) return;
}

void RuleTable::Impl::try_leaf(const Leaf& leaf, Search& search) const {
  if (leaf.hosts != PathIndex::none)
    if (const Leaf* own = paths.for_host(leaf, without_port(search.request.host))) try_all(*own, search);
  try_all(leaf, search);
}

void RuleTable::Impl::walk(std::uint32_t at, std::string_view rest, bool ended, Search& search) const {
  const PathIndex::Node& node = paths.node(at);
  if (node.best >= search.best) return;
  if (ended && node.here != PathIndex::none) try_leaf(paths.leaf(node.here), search);
  if (!ended) {
    const auto end = rest.find('/');
    const std::string_view segment = rest.substr(0, end);
    const bool last = end == rest.npos;
    const std::string_view below = last ? std::string_view{} : rest.substr(end + 1);
    if (const auto next = paths.child(at, segment); next != PathIndex::none) walk(next, below, last, search);
    if (node.param != PathIndex::none && !segment.empty()) walk(node.param, below, last, search);
  }
  if (node.prefix != PathIndex::none) try_leaf(paths.leaf(node.prefix), search);
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
  if (impl_->rules.empty() || !ambiguity(request.path).empty()) return no_rule;
  Impl::Search search{request, trace, impl_->methods.bit(request.method)};
  if (request.path.starts_with('/')) {
    if (const Leaf* leaf = impl_->paths.exact(request.path)) impl_->try_leaf(*leaf, search);
    impl_->walk(0, request.path.substr(1), false, search);
    for (const std::uint32_t rank : impl_->regexes) {
      if (rank >= search.best) break;
      if (path_matches(impl_->rules[rank].path, request.path))
        impl_->try_candidate({rank, Candidate::any_method, 1}, search);
      else if (trace)
        trace->push_back({rank, Mismatch::path});
    }
  }
  impl_->try_leaf(impl_->paths.anywhere(), search);
  return search.best;
}

}  // namespace banyan::matching
