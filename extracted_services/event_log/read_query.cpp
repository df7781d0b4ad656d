#include "extracted_services/event_log/read_query.hpp"

#include "extracted_services/service/query.hpp"

#include <algorithm>

namespace banyan::event_log {
using service::bad_request;
using service::Outcome;
namespace {

constexpr std::int64_t last_offset = std::int64_t{1} << 40;
constexpr std::int64_t most_partitions = 1024;

std::optional<From> read_from(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto partition = service::parse_integer(text.substr(0, colon));
  const auto offset = service::parse_integer(text.substr(colon + 1));
  if (!partition || *partition < 0 || *partition >= most_partitions) return std::nullopt;
  if (!offset || *offset < 0 || *offset > last_offset) return std::nullopt;
  return From{static_cast<int>(*partition), *offset};
}

Outcome<std::vector<From>> read_froms(std::string_view text) {
  std::vector<From> all;
  if (text == "none") return all;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto from = read_from(text.substr(at, end - at));
    if (!from) return bad_request("from must be PARTITION:OFFSET, several separated by commas");
    const auto same = [&](const From& other) { return other.partition == from->partition; };
    if (std::any_of(all.begin(), all.end(), same)) return bad_request("from names a partition twice");
    all.push_back(*from);
    at = end + 1;
  }
  return all;
}

Outcome<std::int64_t> read_number(std::string_view query, std::string_view name, std::int64_t least,
                                  std::int64_t most, std::int64_t otherwise) {
  const auto text = service::query_value(query, name);
  if (!text) return otherwise;
  const auto number = service::parse_integer(*text);
  if (number && *number >= least && *number <= most) return *number;
  return bad_request(std::string(name) + " must be between " + std::to_string(least) + " and " +
                     std::to_string(most));
}

}  // namespace

Outcome<ReadQuery> read_query(std::string_view query) {
  const auto text = service::query_value(query, "from");
  if (!text) return bad_request("from is required");
  auto from = read_froms(*text);
  if (!from) return from.error();
  const auto limit = read_number(query, "limit", 1, 10'000, 1000);
  if (!limit) return limit.error();
  const auto wait = read_number(query, "wait_ms", 0, 60'000, 0);
  if (!wait) return wait.error();
  return ReadQuery{std::move(*from), static_cast<std::size_t>(*limit), std::chrono::milliseconds(*wait)};
}

}  // namespace banyan::event_log
