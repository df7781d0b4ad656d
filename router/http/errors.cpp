#include "router/http/errors.hpp"

namespace banyan::http {
namespace {

struct Entry {
  Errc error;
  std::string_view word;
  std::string_view text;
  int status;
};

constexpr Entry entries[] = {
    {Errc::ok, "ok", "nothing is wrong", 200},
    {Errc::bad_line_ending, "bad-line-ending", "every line of a head ends with CR LF, and CR or LF stand nowhere else", 400},
    {Errc::bad_request_line, "bad-request-line", "expected METHOD SP TARGET SP HTTP/1.1", 400},
    {Errc::bad_method, "bad-method", "the method is not a token", 400},
    {Errc::bad_target, "bad-target", "the request target is neither a path, an http URL nor *", 400},
    {Errc::bad_version, "bad-version", "expected HTTP/1.1 or HTTP/1.0", 400},
    {Errc::version_not_supported, "version-not-supported", "only HTTP/1.0 and HTTP/1.1 are spoken here", 505},
    {Errc::bad_status_line, "bad-status-line", "expected HTTP/1.1 SP three digits SP reason", 400},
    {Errc::bad_field_name, "bad-field-name", "a field name is a token directly followed by a colon", 400},
    {Errc::bad_field_value, "bad-field-value", "a field value holds a control character", 400},
    {Errc::folded_field, "folded-field", "a field line starts with white space (obsolete folding)", 400},
    {Errc::too_many_fields, "too-many-fields", "the head has more fields than allowed", 431},
    {Errc::head_too_large, "head-too-large", "the head is larger than allowed", 431},
    {Errc::target_too_long, "target-too-long", "the request target is longer than allowed", 414},
    {Errc::missing_host, "missing-host", "an HTTP/1.1 request needs exactly one Host field", 400},
    {Errc::repeated_host, "repeated-host", "the Host field is repeated", 400},
    {Errc::bad_host, "bad-host", "the Host field is not a host with an optional port", 400},
    {Errc::host_differs_from_target, "host-differs-from-target", "Host differs from the authority of the target", 400},
    {Errc::bad_content_length, "bad-content-length", "Content-Length is not a plain decimal number", 400},
    {Errc::repeated_content_length, "repeated-content-length", "Content-Length is repeated", 400},
    {Errc::bad_transfer_encoding, "bad-transfer-encoding", "the only transfer coding is 'chunked', given once", 400},
    {Errc::length_and_encoding, "length-and-encoding", "Content-Length and Transfer-Encoding exclude each other", 400},
    {Errc::encoding_in_http_10, "encoding-in-http-1.0", "HTTP/1.0 has no Transfer-Encoding", 400},
    {Errc::disguised_framing, "disguised-framing", "a field name spells a framing field with '_'", 400},
    {Errc::connect_refused, "connect-refused", "CONNECT is not offered: this is not a forward proxy", 405},
    {Errc::bad_expectation, "bad-expectation", "the only expectation is 100-continue", 417},
    {Errc::bad_chunk, "bad-chunk", "the chunked body is malformed", 400},
    {Errc::chunk_line_too_long, "chunk-line-too-long", "a chunk's size line is longer than allowed", 400},
    {Errc::trailers_too_large, "trailers-too-large", "the trailers are larger than allowed", 431},
};

const Entry& entry(Errc error) {
  for (const auto& candidate : entries)
    if (candidate.error == error) return candidate;
  return entries[0];
}

}  // namespace

std::string_view to_word(Errc error) { return entry(error).word; }
std::string_view describe(Errc error) { return entry(error).text; }
int client_status(Errc error) { return entry(error).status; }

}  // namespace banyan::http
