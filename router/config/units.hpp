// Durations, sizes, percentages and addresses as people write them. Every one carries its unit. Pure.
#pragma once

#include "router/config/config.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace banyan::config {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);  // 500ms 2s 30m 2h 7d 1.5s
std::optional<std::uint64_t> parse_size(std::string_view text);                  // 512B 64KiB 1MiB 2GiB 10kB
std::optional<double> parse_share(std::string_view text);                        // 20% -> 0.2
std::optional<double> parse_points(std::string_view text);                       // 0.2pp -> 0.002
std::optional<double> parse_number(std::string_view text);
std::optional<std::uint64_t> parse_count(std::string_view text);
// Hundredths of a percent from "25", "25%", "0.05 %"; nothing for finer steps or for more than 100 %.
std::optional<cutover::Weight> parse_weight(std::string_view text);
// host:port, [v6]:port
std::optional<Address> parse_address(std::string_view text);
// An address or a CIDR block.
bool is_network(std::string_view text);

}  // namespace banyan::config
