// The peers whose X-Forwarded-* and Forwarded are believed: single addresses or CIDR blocks, IPv4 and IPv6.
// Immutable after construction; any thread.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::proxy {

class TrustedPeers {
 public:
  TrustedPeers() = default;
  // What cannot be read as a block is ignored here; loading the configuration has refused it already.
  explicit TrustedPeers(const std::vector<std::string>& blocks);
  bool contains(std::string_view address) const;

 private:
  struct Block {
    std::array<std::uint8_t, 16> bytes{};
    unsigned bits = 128;
  };
  std::vector<Block> blocks_;
};

}  // namespace banyan::proxy
