// What deciding may look at: views into a request's bytes, borrowed for the time of one call.
//
// `target` is the request target exactly as received; `path` and `query` are its parts (query without '?').
// Header names compare without case; values are as received, without surrounding blanks. Plain data.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace banyan::matching {

struct HeaderSlice {
  std::string_view name;
  std::string_view value;
};

struct RequestView {
  std::string_view method;
  std::string_view target;
  std::string_view path;
  std::string_view query;
  std::string_view host;  // as in Host or the absolute-form target; a port is ignored when matching
  std::span<const HeaderSlice> headers;
  std::string_view peer;  // the client's address, without port
  std::uint32_t draw =
      0;  // a fresh random number; only samples shadow copies of requests without a cohort key
};

// Fills path, query (and, for an absolute-form target, host) from `target`.
void split_target(RequestView& request);

// The first header of that name, or an empty view; `name` in any case.
std::string_view find_header(const RequestView& request, std::string_view name);
// The value of one cookie in any Cookie header, or an empty view.
std::string_view find_cookie(const RequestView& request, std::string_view name);
// The raw value of one query parameter, or an empty view; `present` tells `?a` and `?a=` from no `a` at all.
std::string_view find_query(const RequestView& request, std::string_view name, bool* present = nullptr);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace banyan::matching
