// The router's own answers: RFC 9457 problem details, marked so that nobody takes them for an upstream's.
// Pure; callable from any thread.
#pragma once
#include "router/http/byte_buffer.hpp"

#include <string_view>

namespace banyan::http {

// Present in every answer that the router made itself; its value is the problem's word.
inline constexpr std::string_view own_answer_field = "Banyan-Error";

struct Problem {
  int status = 502;
  std::string_view word;      // stable; becomes the type "urn:banyan:problem:<word>"
  std::string_view detail;
  std::string_view trace_id;  // may be empty
  int retry_after_seconds = 0;
  std::string_view allow{};     // for 405
  std::string_view part{};      // of an aggregation
  bool close = false;
  bool head_only = false;
  bool say_keep_alive = false;
};

std::string_view standard_reason(int status);

void append_problem(ByteBuffer& out, const Problem& problem);

}  // namespace banyan::http
