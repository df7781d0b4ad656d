// A request and a response as the chassis hands them around: whole, in memory, without sockets. Plain values.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace banyan::service {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string target;  // as received: path and query
  Headers headers;
  std::string body;
  std::string trace_id;  // of the trace this request belongs to; its own if the caller sent none
  std::map<std::string, std::string, std::less<>> path_values;  // {id} -> "7", set by the match
  std::string traceparent{};  // of this hop, for the calls and events that follow from the request

  std::string_view path() const;
  std::string_view query() const;
  // The first header of that name, whatever its case.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers;
};

bool same_letters(std::string_view left, std::string_view right);  // ASCII, ignoring case
std::string percent_decode(std::string_view text, bool plus_is_blank);
// "a=1&b=%20" -> pairs, in order; a name without '=' has the value "".
std::vector<std::pair<std::string, std::string>> split_query(std::string_view query);

}  // namespace banyan::service
