// The span of a shadow copy: a child of the caller's request, linked to the attempt whose answer it is compared with.
// Pure; any thread.
#pragma once
#include "router/proxy/shadow.hpp"

#include <chrono>
#include <string>

namespace banyan::proxy {

struct Asked {
  std::chrono::system_clock::time_point begin, end;
  int status = 0;
  const std::string& why;  // there is no answer; empty: there is
};

void append_shadow_span(std::string& out, const ShadowJob& job, const Asked& result);

}  // namespace banyan::proxy
