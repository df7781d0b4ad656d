#include "router/http/fields.hpp"

#include "router/http/characters.hpp"

#include <algorithm>

namespace banyan::http {
namespace {

struct Known {
  std::string_view name;
  FieldId id;
};

constexpr Known known[] = {
    {"te", FieldId::te},
    {"via", FieldId::via},
    {"host", FieldId::host},
    {"expect", FieldId::expect},
    {"baggage", FieldId::baggage},
    {"trailer", FieldId::trailer},
    {"upgrade", FieldId::upgrade},
    {"forwarded", FieldId::forwarded},
    {"connection", FieldId::connection},
    {"keep-alive", FieldId::keep_alive},
    {"tracestate", FieldId::tracestate},
    {"traceparent", FieldId::traceparent},
    {"max-forwards", FieldId::max_forwards},
    {"content-length", FieldId::content_length},
    {"x-forwarded-for", FieldId::x_forwarded_for},
    {"proxy-connection", FieldId::proxy_connection},
    {"x-forwarded-host", FieldId::x_forwarded_host},
    {"x-forwarded-proto", FieldId::x_forwarded_proto},
    {"transfer-encoding", FieldId::transfer_encoding},
    {"proxy-authenticate", FieldId::proxy_authenticate},
};

// One bit per length that occurs above, so that most fields are dismissed without a comparison.
constexpr std::uint32_t known_lengths = [] {
  std::uint32_t bits = 0;
  for (const auto& entry : known) bits |= 1u << entry.name.size();
  return bits;
}();

// CGI-like upstreams read `_` as `-`: a second spelling of a framing field is never forwarded.
bool disguises_framing(std::string_view name) {
  if (name.size() != 14 && name.size() != 17) return false;
  constexpr std::string_view length = "content-length", encoding = "transfer-encoding";
  const auto target = name.size() == length.size() ? length : encoding;
  bool underscore = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    underscore |= name[i] == '_';
    if ((name[i] == '_' ? '-' : lower(name[i])) != target[i]) return false;
  }
  return underscore;
}

// What upstreams take for our word about a client's certificate, in every spelling that one of them might read so.
bool names_client_subject(std::string_view name) {
  constexpr std::string_view subject = "x-client-cert-subject";
  return std::equal(name.begin(), name.end(), subject.begin(), subject.end(),
                    [](char a, char b) { return (a == '_' ? '-' : lower(a)) == b; });
}

Errc parse_line(std::string_view line, Peer peer, Fields& fields) {
  if (line.front() == ' ' || line.front() == '\t') return Errc::folded_field;
  std::size_t colon = 0;
  while (colon < line.size() && is(line[colon], class_token)) ++colon;
  auto name = line.substr(0, colon);
  if (peer == Peer::upstream)
    while (colon < line.size() && (line[colon] == ' ' || line[colon] == '\t')) ++colon;
  if (name.empty() || colon == line.size() || line[colon] != ':') return Errc::bad_field_name;
  if (disguises_framing(name)) return Errc::disguised_framing;
  fields.push_back({name, trim(line.substr(colon + 1)), field_id(name), false});
  return Errc::ok;
}

bool is_hop_by_hop(FieldId id) {
  switch (id) {
    case FieldId::connection:
    case FieldId::keep_alive:
    case FieldId::proxy_connection:
    case FieldId::te:
    case FieldId::trailer:
    case FieldId::transfer_encoding:
    case FieldId::upgrade:
      return true;
    default:
      return false;
  }
}

void drop_named(Fields& fields, std::string_view name) {
  // Naming these would let a client remove what the router itself relies on.
  if (const auto id = field_id(name); id == FieldId::host || id == FieldId::content_length) return;
  for (auto& field : fields)
    if (iequals(field.name, name)) field.dropped = true;
}

}  // namespace

FieldId field_id(std::string_view name) {
  if (name.size() == 21 && names_client_subject(name)) return FieldId::x_client_cert_subject;
  if (name.size() > 18 || (known_lengths >> name.size() & 1u) == 0) return FieldId::other;
  for (const auto& entry : known)
    if (entry.name.size() == name.size() && lower(name[0]) == entry.name[0] && iequals(name, entry.name))
      return entry.id;
  return FieldId::other;
}

Errc parse_fields(std::string_view lines, Peer peer, std::size_t most, Fields& fields) {
  const char* at = lines.data();
  const char* const end = at + lines.size();
  while (end - at > 2) {
    const char* stop = find_control(at, end);
    if (stop == end || *stop != '\r') return stop != end && *stop == '\n' ? Errc::bad_line_ending : Errc::bad_field_value;
    if (stop + 1 == end || stop[1] != '\n') return Errc::bad_line_ending;
    if (stop == at) return Errc::bad_line_ending;
    if (fields.size() == most) return Errc::too_many_fields;
    if (const auto error = parse_line({at, static_cast<std::size_t>(stop - at)}, peer, fields); error != Errc::ok)
      return error;
    at = stop + 2;
  }
  return Errc::ok;
}

void drop_hop_by_hop(Fields& fields) {
  for (auto& field : fields) field.dropped |= is_hop_by_hop(field.id);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].id != FieldId::connection) continue;
    for_each_element(fields[i].value, [&](std::string_view name) {
      if (!iequals(name, "close") && !iequals(name, "keep-alive")) drop_named(fields, name);
    });
  }
}

const Field* find(const Fields& fields, FieldId id) {
  for (const auto& field : fields)
    if (field.id == id) return &field;
  return nullptr;
}

}  // namespace banyan::http
