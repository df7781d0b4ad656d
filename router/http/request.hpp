// A request head as slices of the read buffer, checked so that nothing ambiguous is left in it.
// Pure; callable from any thread. Slices live as long as the buffer.
#pragma once
#include "router/http/fields.hpp"
#include "router/http/framing.hpp"
#include "router/http/head_scan.hpp"

#include <string_view>

namespace banyan::http {

struct RequestHead {
  std::string_view method;
  std::string_view target;    // as received
  std::string_view path;      // origin form: bytes as received, never decoded
  std::string_view query;     // without the question mark
  std::string_view outbound;  // what goes to the upstream: origin form, or "*"
  std::string_view host;
  int minor = 1;
  Fields fields;
  Framing framing;
  bool keep_alive = true;
  bool expects_continue = false;
  bool wants_upgrade = false;
  std::string_view upgrade;  // protocol names, when wants_upgrade

  void clear();
};

// `head` is what HeadScan found, without skipped empty lines. The guard is part of it.
Errc parse_request(std::string_view head, const HeadLimits& limits, RequestHead& out);

bool is_safe(std::string_view method);
bool is_idempotent(std::string_view method);

}  // namespace banyan::http
