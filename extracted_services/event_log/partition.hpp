// Which partition a key belongs to: murmur2 as Kafka's Java client and librdkafka's "murmur2" partitioner
// compute it, so that producers in other languages agree. Pure; any thread.
#pragma once
#include <cstdint>
#include <string_view>

namespace banyan::event_log {

std::uint32_t murmur2(std::string_view bytes);
// 0 .. partitions-1; `partitions` is at least 1 and never changes for a topic.
int partition_of(std::string_view key, int partitions);

}  // namespace banyan::event_log
