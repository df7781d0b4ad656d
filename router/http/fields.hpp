// Header fields as slices of the read buffer: names and values keep their bytes, order and repetition.
// Pure; callable from any thread. A slice lives as long as the buffer it points into.
#pragma once
#include "router/http/errors.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace banyan::http {

// Fields the router acts on; everything else passes through as `other`.
enum class FieldId : std::uint8_t {
  other,
  baggage,
  connection,
  content_length,
  expect,
  forwarded,
  host,
  keep_alive,
  max_forwards,
  proxy_authenticate,
  proxy_connection,
  te,
  traceparent,
  tracestate,
  trailer,
  transfer_encoding,
  upgrade,
  via,
  x_client_cert_subject,
  x_forwarded_for,
  x_forwarded_host,
  x_forwarded_proto,
};

struct Field {
  std::string_view name;
  std::string_view value;  // without surrounding white space
  FieldId id = FieldId::other;
  bool dropped = false;  // hop-by-hop, or named by Connection
};

using Fields = std::vector<Field>;

FieldId field_id(std::string_view name);

// Parses the lines after the first one; `lines` ends with the empty line.
// In an answer white space before the colon is removed, in a request it is a fault (RFC 9112 5.1).
enum class Peer { client, upstream };
Errc parse_fields(std::string_view lines, Peer peer, std::size_t most, Fields& fields);

// Marks what may not travel to the next hop: the hop-by-hop fields and everything `Connection` names.
void drop_hop_by_hop(Fields& fields);

const Field* find(const Fields& fields, FieldId id);

}  // namespace banyan::http
