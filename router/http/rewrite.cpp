#include "router/http/rewrite.hpp"

#include "router/http/characters.hpp"

namespace banyan::http {
namespace {

std::size_t room_for(const Fields& fields) {
  std::size_t room = 0;
  for (const auto& field : fields) room += field.name.size() + field.value.size() + 4;
  return room;
}

void put_field(ByteBuffer& out, std::string_view name, std::string_view value) {
  out.put_unchecked(name);
  out.put_unchecked(": ");
  out.put_unchecked(value);
  out.put_unchecked("\r\n");
}

// "007" and "7" are one number to us and might be two to somebody else.
std::string_view plain_number(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

bool rewritten(const Field& field, const Hop& hop) {
  switch (field.id) {
    case FieldId::x_forwarded_for:
    case FieldId::traceparent:
    case FieldId::max_forwards:
    case FieldId::x_client_cert_subject:
      return true;
    case FieldId::x_forwarded_host:
    case FieldId::x_forwarded_proto:
    case FieldId::forwarded:
      return !hop.trusted;
    case FieldId::tracestate:
      return !hop.keep_tracestate;
    case FieldId::expect:
      return !hop.forward_expect;
    default:
      return false;
  }
}

void put_forwarded_for(ByteBuffer& out, const Fields& fields, const Hop& hop) {
  out.put_unchecked("X-Forwarded-For: ");
  if (hop.trusted)
    for (const auto& field : fields)
      if (field.id == FieldId::x_forwarded_for && !field.dropped && !field.value.empty()) {
        out.put_unchecked(field.value);
        out.put_unchecked(", ");
      }
  out.put_unchecked(hop.client_address);
  out.put_unchecked("\r\n");
}

bool passes(const Fields& fields, FieldId id) {
  const auto* field = find(fields, id);
  return field != nullptr && !field->dropped;
}

void put_forwarding(ByteBuffer& out, const RequestHead& head, const Hop& hop) {
  put_forwarded_for(out, head.fields, hop);
  if (!hop.trusted || !passes(head.fields, FieldId::x_forwarded_proto))
    put_field(out, "X-Forwarded-Proto", hop.scheme);
  if (!head.host.empty() && (!hop.trusted || !passes(head.fields, FieldId::x_forwarded_host)))
    put_field(out, "X-Forwarded-Host", head.host);
  if (!hop.client_subject.empty()) put_field(out, "X-Client-Cert-Subject", hop.client_subject);
  out.put_unchecked("Via: 1.");
  out.put_unchecked(head.minor == 0 ? "0 " : "1 ");
  out.put_unchecked(hop.via);
  out.put_unchecked("\r\n");
  if (!hop.traceparent.empty()) put_field(out, "traceparent", hop.traceparent);
}

void put_max_forwards(ByteBuffer& out, const RequestHead& head) {
  const auto* field = find(head.fields, FieldId::max_forwards);
  if (field == nullptr || field->dropped) return;
  const auto hops = parse_length(field->value);
  const bool counts = head.method == "TRACE" || head.method == "OPTIONS";
  if (!counts || !hops || *hops == 0) return put_field(out, field->name, field->value);
  out.put_unchecked(field->name);
  out.put_unchecked(": ");
  out.put_number(*hops - 1);
  out.put("\r\n");
}

void put_kept_fields(ByteBuffer& out, const RequestHead& head, const Hop& hop) {
  for (const auto& field : head.fields) {
    if (field.dropped || rewritten(field, hop)) continue;
    // HTTP/1.0 has no expectations: whatever stands there means nothing and may not start to mean something.
    if (head.minor == 0 && field.id == FieldId::expect) continue;
    // HTTP/1.0 bodies have no other length either; a GET's superfluous "0" passes as it came.
    put_field(out, field.name, field.id == FieldId::content_length ? plain_number(field.value) : field.value);
  }
}

}  // namespace

void append_request_head(ByteBuffer& out, const RequestHead& head, const Hop& hop) {
  constexpr std::size_t ours = 256;
  out.make_room(head.method.size() + head.outbound.size() + room_for(head.fields) + 2 * head.host.size() +
                hop.client_address.size() + hop.client_subject.size() + hop.via.size() + hop.traceparent.size() + head.upgrade.size() + ours);
  out.put_unchecked(head.method);
  out.put_unchecked(" ");
  out.put_unchecked(head.outbound);
  out.put_unchecked(" HTTP/1.1\r\n");
  // An HTTP/1.0 request may come without Host; HTTP/1.1 has to name one, even if it is empty.
  if (find(head.fields, FieldId::host) == nullptr) put_field(out, "Host", head.host);
  put_kept_fields(out, head, hop);
  if (head.framing.kind == Framing::Kind::chunked) put_field(out, "Transfer-Encoding", "chunked");
  if (head.wants_upgrade) {
    put_field(out, "Connection", "Upgrade");
    put_field(out, "Upgrade", head.upgrade);
  }
  put_max_forwards(out, head);
  put_forwarding(out, head, hop);
  out.put("\r\n");
}

ViaCount count_via(const Fields& fields, std::string_view via) {
  ViaCount count;
  for (const auto& field : fields) {
    if (field.id != FieldId::via) continue;
    for_each_element(field.value, [&](std::string_view hop) {
      ++count.all;
      const auto space = hop.find(' ');
      if (space != std::string_view::npos && trim(hop.substr(space + 1)).substr(0, via.size()) == via) ++count.ours;
    });
  }
  return count;
}

void append_response_head(ByteBuffer& out, const ResponseHead& head, const ResponseRewrite& rewrite) {
  constexpr std::size_t ours = 160;
  out.make_room(head.reason.size() + room_for(head.fields) + rewrite.extra_fields.size() + ours);
  out.put_unchecked("HTTP/1.1 ");
  out.put_number(static_cast<unsigned>(head.status));
  out.put_unchecked(" ");
  out.put_unchecked(head.reason);
  out.put_unchecked("\r\n");
  bool has_length = rewrite.drop_length;
  for (const auto& field : head.fields) {
    if (field.id == FieldId::upgrade && rewrite.switch_protocols) put_field(out, field.name, field.value);
    if (field.dropped) continue;
    const bool length = field.id == FieldId::content_length;
    if (length && has_length) continue;
    has_length |= length;
    put_field(out, field.name, length ? plain_number(field.value) : field.value);
  }
  if (rewrite.chunked) put_field(out, "Transfer-Encoding", "chunked");
  if (rewrite.switch_protocols) put_field(out, "Connection", "Upgrade");
  if (rewrite.close) put_field(out, "Connection", "close");
  if (rewrite.say_keep_alive) put_field(out, "Connection", "keep-alive");
  out.put(rewrite.extra_fields);
  out.put("\r\n");
}

}  // namespace banyan::http
