#include "router/http/problem.hpp"

#include <string>

namespace banyan::http {
namespace {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    // Details are our own sentences; anything else in them is replaced rather than trusted.
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  out += '"';
}

std::string body_of(const Problem& problem) {
  std::string body = "{\"type\":";
  append_json_string(body, "urn:banyan:problem:" + std::string(problem.word));
  body += ",\"title\":";
  append_json_string(body, standard_reason(problem.status));
  body += ",\"status\":" + std::to_string(problem.status) + ",\"detail\":";
  append_json_string(body, problem.detail);
  if (!problem.trace_id.empty()) {
    body += ",\"trace_id\":";
    append_json_string(body, problem.trace_id);
  }
  if (!problem.part.empty()) {
    body += ",\"part\":";
    append_json_string(body, problem.part);
  }
  return body += "}\n";
}

}  // namespace

std::string_view standard_reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 417: return "Expectation Failed";
    case 431: return "Request Header Fields Too Large";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 508: return "Loop Detected";
    default: return "Error";
  }
}

void append_problem(ByteBuffer& out, const Problem& problem) {
  const auto body = body_of(problem);
  out.put("HTTP/1.1 ");
  out.put_number(static_cast<unsigned>(problem.status));
  out.put(" ");
  out.put(standard_reason(problem.status));
  out.put("\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n");
  out.put(own_answer_field);
  out.put(": ");
  out.put(problem.word);
  if (problem.retry_after_seconds > 0) {
    out.put("\r\nRetry-After: ");
    out.put_number(static_cast<unsigned>(problem.retry_after_seconds));
  }
  if (!problem.allow.empty()) {
    out.put("\r\nAllow: ");
    out.put(problem.allow);
  }
  if (problem.close) out.put("\r\nConnection: close");
  if (problem.say_keep_alive) out.put("\r\nConnection: keep-alive");
  out.put("\r\nContent-Length: ");
  out.put_number(body.size());
  out.put("\r\n\r\n");
  if (!problem.head_only) out.put(body);
}

}  // namespace banyan::http
