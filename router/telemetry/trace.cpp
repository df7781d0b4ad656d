#include "router/telemetry/trace.hpp"

#include <algorithm>

namespace banyan::telemetry {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool all_hex(std::string_view text) { return std::all_of(text.begin(), text.end(), is_hex); }
bool all_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }
std::uint8_t hex_value(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

void put_hex(char* out, std::uint64_t value) {
  for (int i = 15; i >= 0; --i, value >>= 4) out[i] = hex_digits[value & 15];
}

}  // namespace

std::optional<TraceParent> parse_traceparent(std::string_view value) {
  if (value.size() < 55 || value[2] != '-' || value[35] != '-' || value[52] != '-') return std::nullopt;
  const auto version = value.substr(0, 2);
  if (!all_hex(version) || version == "ff") return std::nullopt;
  // A later version may append fields, this one may not.
  if (value.size() > 55 && (version == "00" || value[55] != '-')) return std::nullopt;
  TraceParent parent{value.substr(3, 32), value.substr(36, 16), 0};
  if (!all_hex(parent.trace_id) || all_zero(parent.trace_id)) return std::nullopt;
  if (!all_hex(parent.parent_id) || all_zero(parent.parent_id)) return std::nullopt;
  if (!is_hex(value[53]) || !is_hex(value[54])) return std::nullopt;
  parent.flags = static_cast<std::uint8_t>(hex_value(value[53]) * 16 + hex_value(value[54]));
  return parent;
}

Trace::Trace(const std::optional<TraceParent>& inbound, std::uint64_t random_high, std::uint64_t random_low,
             std::uint64_t span, bool sample)
    : continued_(inbound.has_value()) {
  char* out = text_.data();
  out[0] = out[1] = '0';
  out[2] = out[35] = out[52] = '-';
  if (inbound) {
    std::copy(inbound->trace_id.begin(), inbound->trace_id.end(), out + 3);
  } else {
    put_hex(out + 3, random_high);
    put_hex(out + 19, random_low | 1);  // an id of zeros is invalid
  }
  next_span(span);
  // Only the bits that this version of the standard defines travel on.
  const unsigned flags = inbound ? inbound->flags & 0x03u : sample ? 0x01u : 0x00u;
  out[53] = '0';
  out[54] = hex_digits[flags];
}

void Trace::next_span(std::uint64_t span) { put_hex(text_.data() + 36, span | 1); }

}  // namespace banyan::telemetry
