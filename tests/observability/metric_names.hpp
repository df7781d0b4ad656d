// Names of metrics, from a scrape and from texts that speak of them. Pure.
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace banyan::observability {

using Names = std::set<std::string>;

// The families that a scrape declares ("# TYPE name type").
Names declared(std::string_view scrape);
// Every banyan_* word of a text, without _bucket, _sum and _count where `families` has the word without it.
Names mentioned(std::string_view text, const Names& families);
// What stands in `left` only.
Names missing_from(const Names& right, const Names& left);

}  // namespace banyan::observability
