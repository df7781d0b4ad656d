#include "router/proxy/trusted_peers.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <optional>

namespace banyan::proxy {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

// IPv4 stands in its IPv6-mapped place, so that both compare alike.
std::optional<Bytes> parse(std::string_view text, bool& v4) {
  const std::string copy(text);
  Bytes bytes{};
  in_addr address{};
  v4 = inet_pton(AF_INET, copy.c_str(), &address) == 1;
  if (v4) {
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(bytes.data() + 12, &address, 4);
    return bytes;
  }
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  return (a[whole] & mask) == (b[whole] & mask);
}

}  // namespace

TrustedPeers::TrustedPeers(const std::vector<std::string>& blocks) {
  for (const auto& text : blocks) {
    const auto slash = text.find('/');
    bool v4 = false;
    const auto bytes = parse(std::string_view(text).substr(0, slash), v4);
    if (!bytes) continue;
    unsigned bits = v4 ? 32 : 128;
    if (slash != std::string::npos) {
      const auto [end, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
      if (error != std::errc{} || bits > (v4 ? 32u : 128u)) continue;
    }
    blocks_.push_back({*bytes, bits + (v4 ? 96u : 0u)});
  }
}

bool TrustedPeers::contains(std::string_view address) const {
  if (blocks_.empty()) return false;
  bool v4 = false;
  const auto bytes = parse(address, v4);
  if (!bytes) return false;
  for (const auto& block : blocks_)
    if (same_prefix(*bytes, block.bytes, block.bits)) return true;
  return false;
}

}  // namespace banyan::proxy
