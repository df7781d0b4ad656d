// What etcd's gateway answers, and what stands in the entries: any bytes are read or refused, never acted on by half.
#include "router/cutover/record.hpp"
#include "router/fleet/address.hpp"
#include "router/fleet/follow.hpp"
#include "router/fleet/gateway.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace banyan::fleet;

void follow(const std::vector<KeyValue>& items) {
  const auto judged = judge("/shop", {}, items);
  if (judged.verdict != Judged::Verdict::good && judged.words.empty()) std::abort();
  std::int64_t seq = 0;
  for (const Taken& each : judged.fresh)
    if (each.entry.seq != ++seq) std::abort();  // no gap
  const AllPending pending{{"orders", {"77", {"errors", "bob", "t"}}}};
  const auto merged = merge({}, pending, false, judged.fresh);
  if (merged.settled.empty() && merged.states.contains("orders") && merged.states.at("orders").new_weight() > 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto listing = parse_range(bytes)) follow(listing->items);
  if (const auto written = parse_write(bytes)) follow(written->instead.items);
  parse_watch(bytes);
  parse_version(bytes);
  if (refusal_words(500, bytes).empty()) std::abort();
  if (const auto plain = decode_base64(bytes); plain && decode_base64(encode_base64(*plain)) != plain) std::abort();
  std::string why;
  if (const auto entry = entry_from_json(bytes, why)) {
    if (entry_from_json(to_json(*entry), why) != entry) std::abort();
    follow({{entry_key("/shop", 1), std::string(bytes), 1}});
  }
  if (const auto address = parse_address(bytes, why); address && parse_address(to_string(*address), why) != address) std::abort();
  return 0;
}
