// Heads of both directions: whatever the bytes, parsing ends, and what is accepted comes out of the rewriter as a
// head that the parser accepts again, with the same framing.
#include "router/http/request.hpp"
#include "router/http/response.hpp"
#include "router/http/rewrite.hpp"

#include <cstdint>
#include <cstdlib>

using namespace banyan::http;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void request(std::string_view head) {
  RequestHead parsed;
  if (parse_request(head, {}, parsed) != Errc::ok) return;
  drop_hop_by_hop(parsed.fields);
  ByteBuffer out;
  Hop hop;
  hop.client_address = "127.0.0.1";
  hop.via = "banyan-0";
  append_request_head(out, parsed, hop);
  HeadScan scan;
  HeadLimits limits;
  limits.fields += 16;
  limits.head = limits.first_line = 1 << 20;
  check(scan.feed(out.view(), limits) == HeadScan::State::complete && scan.size() == out.size());
  RequestHead again;
  check(parse_request(out.view(), limits, again) == Errc::ok);
  check(again.framing.kind == parsed.framing.kind && again.framing.length == parsed.framing.length);
  check(again.method == parsed.method && again.outbound == parsed.outbound);
}

void response(std::string_view head) {
  ResponseHead parsed;
  if (parse_response(head, "GET", {}, parsed) != Errc::ok || parsed.interim() || parsed.status == 204) return;
  drop_hop_by_hop(parsed.fields);
  const bool chunked = parsed.framing.kind == Framing::Kind::chunked || parsed.framing.kind == Framing::Kind::until_close;
  ByteBuffer out;
  ResponseRewrite rewrite;
  rewrite.chunked = chunked;
  append_response_head(out, parsed, rewrite);
  ResponseHead again;
  HeadLimits limits;
  limits.fields += 16;
  check(parse_response(out.view(), "GET", limits, again) == Errc::ok);
  check(again.status == parsed.status);
  if (!chunked) check(again.framing.length == parsed.framing.length);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HeadScan scan;
  if (scan.feed(bytes, {}) != HeadScan::State::complete) return 0;
  const auto head = bytes.substr(scan.skipped(), scan.size() - scan.skipped());
  request(head);
  response(head);
  return 0;
}
