// W3C Baggage: "tenant=acme,tier=gold;ttl=5". It passes unchanged up to the size that every hop must carry; beyond it,
// whole members are left out from the end. Pure; callable from any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace banyan::telemetry {

// Over all baggage fields of one request, in their order.
class BaggageRoom {
 public:
  static constexpr std::size_t most_members = 64, most_bytes = 8192;

  // The members at the front of `field` that fit; empty: none do.
  std::string_view take(std::string_view field);

 private:
  std::size_t members_ = 0, bytes_ = 0;
};

struct BaggageMember {
  std::string_view key, value;  // the value as it came: still percent-encoded, without properties
};

// Takes the first member off `rest`; skips what is none. False: there was no more.
bool next_member(std::string_view& rest, BaggageMember& member);

// Appends it decoded; a broken escape stays as it is.
void append_decoded(std::string& out, std::string_view value);

// A token of RFC 9110, as keys are.
bool is_baggage_key(std::string_view text);

}  // namespace banyan::telemetry
