#include "extracted_services/event_log/partition.hpp"

#include "extracted_services/safety/rules.hpp"

namespace banyan::event_log {
namespace {

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

}  // namespace

// MurmurHash2 (Austin Appleby, public domain) with the seed of org.apache.kafka.common.utils.Utils.
std::uint32_t murmur2(std::string_view bytes) {
  constexpr std::uint32_t seed = 0x9747b28c, m = 0x5bd1e995;
  std::uint32_t h = seed ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t k = little_endian(bytes, at, 4) * m;
    k = (k ^ (k >> 24)) * m;
    h = (h * m) ^ k;
  }
  if (at < bytes.size()) h = (h ^ little_endian(bytes, at, bytes.size() - at)) * m;
  h = (h ^ (h >> 13)) * m;
  return h ^ (h >> 15);
}

int partition_of(std::string_view key, int partitions) {
  if (!safety::holds(safety::Rule::one_key_one_partition)) {
    static unsigned turn = 0;
    return static_cast<int>(++turn % static_cast<unsigned>(partitions));
  }
  return static_cast<int>((murmur2(key) & 0x7fffffffu) % static_cast<std::uint32_t>(partitions));
}

}  // namespace banyan::event_log
