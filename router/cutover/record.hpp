// One line of the journal and the hash that ties it to the line before. Pure; any thread.
#pragma once

#include "router/cutover/stages.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::cutover {

// Exactly as stored: texts are hashed as they stand, so nothing is lost by parsing them again.
struct Record {
  std::int64_t seq = 0;
  std::string time;  // RFC 3339, UTC, milliseconds
  std::string who;
  std::string why;
  std::string cutover;
  std::string previous;  // state as JSON
  std::string next;
  std::string evidence;  // JSON object: the command, gates, numbers
  std::string config_hash;
  std::string cohort;  // fingerprint of salt and key list: buckets mean nothing under another one
  std::string prev_hash;
  std::string hash;
};

inline constexpr std::string_view first_prev_hash =
    "0000000000000000000000000000000000000000000000000000000000000000";

// SHA-256, hex, over every field but `hash`, each with its length before it.
std::string hash_of(const Record& record);
std::string sha256_hex(std::string_view bytes);

std::string to_json(const State& state);
// Empty for text that is not a state this version knows.
std::optional<State> state_from_json(std::string_view text);

std::string format_time(std::chrono::system_clock::time_point time);
// "2026-12-01T08:00:00Z", with or without a fraction; nothing for anything else.
std::optional<std::chrono::system_clock::time_point> parse_time(const std::string& text);

}  // namespace banyan::cutover
