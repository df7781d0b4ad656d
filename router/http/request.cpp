#include "router/http/request.hpp"

#include "router/http/characters.hpp"

#include <algorithm>

namespace banyan::http {
namespace {

Errc parse_version(std::string_view version, int& minor) {
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.') return Errc::bad_version;
  if (!is(version[5], class_digit) || !is(version[7], class_digit)) return Errc::bad_version;
  if (version[5] != '1' || version[7] > '1') return Errc::version_not_supported;
  minor = version[7] - '0';
  return Errc::ok;
}

Errc split_first_line(std::string_view line, RequestHead& out) {
  const auto first = line.find(' ');
  if (first == std::string_view::npos) return Errc::bad_request_line;
  out.method = line.substr(0, first);
  if (out.method.empty() || out.method.size() > 32 || !all_are(out.method, class_token)) return Errc::bad_method;
  const auto rest = line.substr(first + 1);
  const auto second = rest.find(' ');
  if (second == std::string_view::npos) return Errc::bad_request_line;
  out.target = rest.substr(0, second);
  if (out.target.empty() || !all_are(out.target, class_target)) return Errc::bad_target;
  return parse_version(rest.substr(second + 1), out.minor);
}

std::string_view without_default_port(std::string_view host) {
  if (host.size() > 3 && host.substr(host.size() - 3) == ":80") host.remove_suffix(3);
  return host;
}

Errc split_absolute(RequestHead& out, std::string_view& authority) {
  const auto colon = out.target.find("://");
  if (colon == std::string_view::npos) return Errc::bad_target;
  const auto scheme = out.target.substr(0, colon);
  if (!iequals(scheme, "http") && !iequals(scheme, "https")) return Errc::bad_target;
  const auto rest = out.target.substr(colon + 3);
  const auto end = std::min(rest.find_first_of("/?"), rest.size());
  authority = rest.substr(0, end);
  if (authority.empty() || !all_are(authority, class_host)) return Errc::bad_target;
  out.outbound = rest.substr(end);
  if (out.outbound.empty()) out.outbound = out.method == "OPTIONS" ? "*" : "/";
  // "http://host?query" has no path: it would need a byte that was not received.
  return out.outbound[0] == '?' ? Errc::bad_target : Errc::ok;
}

Errc parse_target(RequestHead& out, std::string_view& authority) {
  if (out.method == "CONNECT") return Errc::connect_refused;
  out.outbound = out.target;
  if (out.target == "*") {
    if (out.method != "OPTIONS") return Errc::bad_target;
  } else if (out.target[0] != '/') {
    if (const auto error = split_absolute(out, authority); error != Errc::ok) return error;
  }
  const auto mark = out.outbound.find('?');
  out.path = out.outbound.substr(0, mark);
  out.query = mark == std::string_view::npos ? std::string_view{} : out.outbound.substr(mark + 1);
  return Errc::ok;
}

Errc check_host(RequestHead& out, std::string_view authority) {
  const Field* host = nullptr;
  for (const auto& field : out.fields) {
    if (field.id != FieldId::host) continue;
    if (host != nullptr) return Errc::repeated_host;
    host = &field;
  }
  if (host == nullptr) {
    out.host = authority;
    return out.minor == 0 ? Errc::ok : Errc::missing_host;
  }
  out.host = host->value;
  if (!all_are(out.host, class_host)) return Errc::bad_host;
  const bool same = authority.data() == nullptr ||
                    iequals(without_default_port(authority), without_default_port(out.host));
  return same ? Errc::ok : Errc::host_differs_from_target;
}

// Another version of HTTP inside a tunnel would carry requests past every rule (h2c smuggling), and TLS would hide
// them: such an offer is not passed on, which RFC 9110 7.8 leaves to us, and the request is answered without it.
bool leaves_http(std::string_view protocols) {
  bool leaves = true;
  for_each_element(protocols, [&](std::string_view protocol) {
    const std::string_view name = protocol.substr(0, protocol.find('/'));
    if (iequals(name, "h2c") || iequals(name, "h2") || iequals(name, "http") || iequals(name, "tls"))
      leaves = false;
  });
  return leaves;
}

void read_connection(const Field& field, RequestHead& out, bool& names_upgrade) {
  for_each_element(field.value, [&](std::string_view option) {
    if (iequals(option, "close")) out.keep_alive = false;
    if (iequals(option, "keep-alive") && out.minor == 0) out.keep_alive = true;
    if (iequals(option, "upgrade")) names_upgrade = true;
  });
}

Errc read_connection_options(RequestHead& out) {
  out.keep_alive = out.minor == 1;
  bool names_upgrade = false;
  bool closes = false;
  for (const auto& field : out.fields) {
    if (field.id == FieldId::connection) {
      read_connection(field, out, names_upgrade);
      closes |= out.minor == 1 && !out.keep_alive;
    } else if (field.id == FieldId::upgrade) {
      out.upgrade = field.value;
    } else if (field.id == FieldId::expect && out.minor == 1) {
      if (!iequals(field.value, "100-continue")) return Errc::bad_expectation;
      out.expects_continue = true;
    }
  }
  if (closes) out.keep_alive = false;
  // HTTP/1.0 cannot upgrade, and a request body would have to end before the tunnel begins.
  out.wants_upgrade = names_upgrade && !out.upgrade.empty() && out.minor == 1 && leaves_http(out.upgrade) &&
                      (out.framing.kind == Framing::Kind::none || out.framing.length == 0) &&
                      out.framing.kind != Framing::Kind::chunked;
  return Errc::ok;
}

}  // namespace

void RequestHead::clear() {
  auto kept = std::move(fields);
  kept.clear();
  *this = RequestHead{};
  fields = std::move(kept);
}

Errc parse_request(std::string_view head, const HeadLimits& limits, RequestHead& out) {
  out.clear();
  const auto line_end = head.find('\r');
  if (line_end == std::string_view::npos || line_end + 1 >= head.size() || head[line_end + 1] != '\n')
    return Errc::bad_line_ending;
  std::string_view authority;
  if (const auto error = split_first_line(head.substr(0, line_end), out); error != Errc::ok) return error;
  if (const auto error = parse_target(out, authority); error != Errc::ok) return error;
  if (const auto error = parse_fields(head.substr(line_end + 2), Peer::client, limits.fields, out.fields);
      error != Errc::ok)
    return error;
  if (const auto error = check_host(out, authority); error != Errc::ok) return error;
  if (const auto error = request_framing(out.fields, out.minor, out.framing); error != Errc::ok) return error;
  return read_connection_options(out);
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

bool is_idempotent(std::string_view method) {
  return is_safe(method) || method == "PUT" || method == "DELETE";
}

}  // namespace banyan::http
