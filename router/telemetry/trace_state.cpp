#include "router/telemetry/trace_state.hpp"

#include <algorithm>

namespace banyan::telemetry {
namespace {

constexpr std::size_t longest = 256;  // of a key, and of a value

bool starts_key(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_state_key(std::string_view text) {
  constexpr std::string_view others = "_-*/@";
  return !text.empty() && text.size() <= longest && starts_key(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return starts_key(c) || others.find(c) != others.npos; });
}

bool is_state_value(std::string_view text) {
  return !text.empty() && text.size() <= longest && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != ',' && c != '='; });
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

void TraceStateCheck::add(std::string_view field) {
  while (valid_ && !field.empty()) {
    const auto comma = std::min(field.find(','), field.size());
    auto member = field.substr(0, comma);
    field.remove_prefix(std::min(comma + 1, field.size()));
    while (!member.empty() && is_blank(member.front())) member.remove_prefix(1);
    while (!member.empty() && is_blank(member.back())) member.remove_suffix(1);
    if (!member.empty()) valid_ = take(member);
  }
}

bool TraceStateCheck::take(std::string_view member) {
  const auto equals = member.find('=');
  if (equals == member.npos || members_ == most_members) return false;
  const auto key = member.substr(0, equals);
  const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(members_);
  if (!is_state_key(key) || !is_state_value(member.substr(equals + 1)) || std::find(keys_.begin(), end, key) != end) return false;
  keys_[members_++] = key;
  return true;
}

}  // namespace banyan::telemetry
