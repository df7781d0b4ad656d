#include "extracted_services/service/api.hpp"

#include <algorithm>
#include <cassert>

namespace banyan::service {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

struct Fit {
  Values values;
  std::string kind;  // one letter a segment: 'a' literal, 'b' parameter; the smallest is the most specific
};

std::optional<Fit> fit(std::string_view path_template, const std::vector<std::string_view>& path) {
  const auto pattern = segments(path_template);
  if (pattern.size() != path.size()) return std::nullopt;
  Fit result;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool parameter = is_parameter(pattern[i]);
    if (!parameter && pattern[i] != path[i]) return std::nullopt;
    if (parameter && path[i].empty()) return std::nullopt;
    if (parameter)
      result.values.emplace(pattern[i].substr(1, pattern[i].size() - 2), percent_decode(path[i], true));
    result.kind += parameter ? 'b' : 'a';
  }
  return result;
}

}  // namespace

void Api::add(Endpoint endpoint) {
  assert(std::none_of(endpoints_.begin(), endpoints_.end(), [&](const Endpoint& other) {
    return other.spec.operation == endpoint.spec.operation ||
           (other.spec.method == endpoint.spec.method && other.spec.path == endpoint.spec.path);
  }));
  endpoints_.push_back(std::move(endpoint));
}

void Api::use_dialect(std::string prefix, const Dialect& dialect) {
  dialects_.emplace_back(std::move(prefix), &dialect);
}

Match Api::match(std::string_view method, std::string_view path) const {
  Match best;
  if (!path.starts_with('/')) return best;
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::string best_kind;
  const auto parts = segments(path);
  for (const auto& candidate : endpoints_) {
    auto found = fit(candidate.spec.path, parts);
    if (!found || (!best_kind.empty() && best_kind < found->kind)) continue;
    if (found->kind != best_kind) best = {};
    best_kind = found->kind;
    best.allowed.push_back(candidate.spec.method);
    if (candidate.spec.method != wanted) continue;
    best.endpoint = &candidate;
    best.path_values = std::move(found->values);
  }
  std::sort(best.allowed.begin(), best.allowed.end());
  return best;
}

const Dialect& Api::dialect(std::string_view path) const {
  for (const auto& [prefix, dialect] : dialects_)
    if (path.starts_with(prefix)) return *dialect;
  return problem_json();
}

}  // namespace banyan::service
