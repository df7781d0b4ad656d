// What can be wrong with bytes on the wire, and which answer each fault gets.
// Pure; callable from any thread.
#pragma once
#include <string_view>

namespace banyan::http {

enum class Errc {
  ok,
  bad_line_ending,
  bad_request_line,
  bad_method,
  bad_target,
  bad_version,
  version_not_supported,
  bad_status_line,
  bad_field_name,
  bad_field_value,
  folded_field,
  too_many_fields,
  head_too_large,
  target_too_long,
  missing_host,
  repeated_host,
  bad_host,
  host_differs_from_target,
  bad_content_length,
  repeated_content_length,
  bad_transfer_encoding,
  length_and_encoding,
  encoding_in_http_10,
  disguised_framing,
  connect_refused,
  bad_expectation,
  bad_chunk,
  chunk_line_too_long,
  trailers_too_large,
};

// A stable word for logs and problem answers.
std::string_view to_word(Errc error);

// The sentence a person reads in the problem answer.
std::string_view describe(Errc error);

// The status a client gets for a faulty request. Faulty answers of an upstream are always 502.
int client_status(Errc error);

}  // namespace banyan::http
