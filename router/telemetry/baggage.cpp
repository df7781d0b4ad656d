#include "router/telemetry/baggage.hpp"

#include <algorithm>

namespace banyan::telemetry {
namespace {

bool is_token_character(unsigned char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  const bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return digit || letter || others.find(static_cast<char>(c)) != others.npos;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view BaggageRoom::take(std::string_view field) {
  if (bytes_ > 0) ++bytes_;  // the comma that joins two fields
  std::size_t end = 0;
  for (std::size_t begin = 0; begin <= field.size();) {
    const auto comma = std::min(field.find(',', begin), field.size());
    const bool counts = !without_blanks(field.substr(begin, comma - begin)).empty();
    if ((counts && members_ == most_members) || bytes_ + comma > most_bytes) break;
    members_ += counts;
    end = comma;
    begin = comma + 1;
  }
  bytes_ += end;
  if (end < field.size()) bytes_ = most_bytes;  // what follows would come after a gap
  return field.substr(0, end);
}

bool next_member(std::string_view& rest, BaggageMember& member) {
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto text = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const auto pair = text.substr(0, text.find(';'));
    const auto equals = pair.find('=');
    if (equals == pair.npos) continue;
    member = {without_blanks(pair.substr(0, equals)), without_blanks(pair.substr(equals + 1))};
    if (is_baggage_key(member.key)) return true;
  }
  return false;
}

void append_decoded(std::string& out, std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '%' && i + 2 < value.size() && digit_value(value[i + 1]) >= 0 && digit_value(value[i + 2]) >= 0;
    if (!escape) {
      out += value[i];
      continue;
    }
    out += static_cast<char>(digit_value(value[i + 1]) * 16 + digit_value(value[i + 2]));
    i += 2;
  }
}

bool is_baggage_key(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return is_token_character(c); });
}

}  // namespace banyan::telemetry
