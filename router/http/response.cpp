#include "router/http/response.hpp"

#include "router/http/characters.hpp"

namespace banyan::http {
namespace {

Errc parse_status_line(std::string_view line, ResponseHead& out) {
  if (line.size() < 12 || line.substr(0, 7) != "HTTP/1." || line[8] != ' ') return Errc::bad_status_line;
  if (line[7] != '0' && line[7] != '1') return Errc::version_not_supported;
  out.minor = line[7] - '0';
  if (!all_are(line.substr(9, 3), class_digit) || line[9] < '1' || line[9] > '9') return Errc::bad_status_line;
  out.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  if (line.size() == 12) return Errc::ok;
  if (line[12] != ' ') return Errc::bad_status_line;
  out.reason = line.substr(13);
  return find_control(out.reason.data(), out.reason.data() + out.reason.size()) ==
                 out.reason.data() + out.reason.size()
             ? Errc::ok
             : Errc::bad_status_line;
}

void read_connection(ResponseHead& out) {
  out.keep_alive = out.minor == 1;
  bool closes = false;
  for (const auto& field : out.fields) {
    if (field.id != FieldId::connection) continue;
    for_each_element(field.value, [&](std::string_view option) {
      closes |= iequals(option, "close");
      out.keep_alive |= iequals(option, "keep-alive");
    });
  }
  out.keep_alive &= !closes && out.framing.kind != Framing::Kind::until_close;
}

}  // namespace

void ResponseHead::clear() {
  auto kept = std::move(fields);
  kept.clear();
  *this = ResponseHead{};
  fields = std::move(kept);
}

Errc parse_response(std::string_view head, std::string_view request_method, const HeadLimits& limits,
                    ResponseHead& out) {
  out.clear();
  const auto line_end = head.find('\r');
  if (line_end == std::string_view::npos || line_end + 1 >= head.size() || head[line_end + 1] != '\n')
    return Errc::bad_line_ending;
  if (const auto error = parse_status_line(head.substr(0, line_end), out); error != Errc::ok) return error;
  if (const auto error = parse_fields(head.substr(line_end + 2), Peer::upstream, limits.fields, out.fields);
      error != Errc::ok)
    return error;
  const bool bodyless =
      request_method == "HEAD" || out.status < 200 || out.status == 204 || out.status == 304;
  if (const auto error = response_framing(out.fields, out.minor, bodyless, out.framing, out.declared_length);
      error != Errc::ok)
    return error;
  read_connection(out);
  return Errc::ok;
}

}  // namespace banyan::http
