// Writes the head for the next hop: what was received, less what belongs to one hop only, plus what a proxy
// must say. Order, repetition and case of the kept fields stay as they came; Set-Cookie is never merged.
// Pure; callable from any thread.
#pragma once
#include "router/http/byte_buffer.hpp"
#include "router/http/request.hpp"
#include "router/http/response.hpp"

#include <string_view>

namespace banyan::http {

struct Hop {
  std::string_view client_address;  // without a port
  std::string_view via;             // pseudonym of this router
  std::string_view traceparent;     // complete value for the upstream
  bool trusted = false;             // the peer's X-Forwarded-* and Forwarded are believed
  bool keep_tracestate = true;
  bool forward_expect = true;
  std::string_view scheme = "http";
  std::string_view client_subject{};  // of a verified certificate; nobody else's word for it passes
};

// The fields of `head` must have gone through drop_hop_by_hop().
void append_request_head(ByteBuffer& out, const RequestHead& head, const Hop& hop);

// How often `via` already stands in the request's Via fields, and how many hops there were in all.
struct ViaCount {
  int ours = 0;
  int all = 0;
};
ViaCount count_via(const Fields& fields, std::string_view via);

struct ResponseRewrite {
  bool close = false;              // say Connection: close
  bool say_keep_alive = false;     // to an HTTP/1.0 client that asked for it
  bool chunked = false;            // the body goes out chunked
  bool switch_protocols = false;   // 101: Upgrade passes
  bool drop_length = false;        // 1xx, 204, or a body whose length is no longer known
  std::string_view extra_fields{};  // complete lines
};

void append_response_head(ByteBuffer& out, const ResponseHead& head, const ResponseRewrite& rewrite);

}  // namespace banyan::http
