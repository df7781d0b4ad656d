// An upstream's answer as slices of the read buffer, checked like a request. Pure; callable from any thread.
#pragma once
#include "router/http/fields.hpp"
#include "router/http/framing.hpp"
#include "router/http/head_scan.hpp"

#include <optional>
#include <string_view>

namespace banyan::http {

struct ResponseHead {
  int status = 0;
  int minor = 1;
  std::string_view reason;
  Fields fields;
  Framing framing;
  std::optional<std::uint64_t> declared_length;  // what Content-Length says, also of a body that does not come
  bool keep_alive = true;

  bool interim() const { return status < 200 && status != 101; }
  void clear();
};

Errc parse_response(std::string_view head, std::string_view request_method, const HeadLimits& limits,
                    ResponseHead& out);

}  // namespace banyan::http
