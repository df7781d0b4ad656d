#include "router/config/units.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cmath>

namespace banyan::config {
namespace {

// Splits "1.5 s" into 1.5 and "s". No sign, no exponent: nobody writes a timeout as 1e3.
std::optional<std::pair<double, std::string_view>> split_unit(std::string_view text) {
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + end, number, std::chars_format::fixed);
  if (end == 0 || error != std::errc() || rest != text.data() + end || !std::isfinite(number))
    return std::nullopt;
  text.remove_prefix(end);
  if (text.starts_with(' ')) text.remove_prefix(1);
  return std::pair{number, text};
}

struct Unit {
  std::string_view name;
  double factor;
};

template <std::size_t N>
std::optional<double> in_units(std::string_view text, const Unit (&units)[N], double limit) {
  const auto parts = split_unit(text);
  if (!parts) return std::nullopt;
  for (const Unit& unit : units)
    if (unit.name == parts->second && parts->first * unit.factor <= limit) return parts->first * unit.factor;
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static constexpr Unit units[] = {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
  const auto value = in_units(text, units, 1e12);
  if (!value || *value != std::floor(*value)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(*value));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  static constexpr Unit units[] = {{"B", 1},       {"kB", 1e3},       {"MB", 1e6},         {"GB", 1e9},
                                   {"KiB", 1024.}, {"MiB", 1048576.}, {"GiB", 1073741824.}};
  const auto value = in_units(text, units, 1e15);
  if (!value || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<double> parse_share(std::string_view text) {
  static constexpr Unit units[] = {{"%", 0.01}};
  return in_units(text, units, 1.0);
}

std::optional<double> parse_points(std::string_view text) {
  static constexpr Unit units[] = {{"pp", 0.01}};
  return in_units(text, units, 1.0);
}

std::optional<double> parse_number(std::string_view text) {
  static constexpr Unit units[] = {{"", 1}};
  return in_units(text, units, 1e15);
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<cutover::Weight> parse_weight(std::string_view text) {
  static constexpr Unit units[] = {{"", 100}, {"%", 100}};
  const auto value = in_units(text, units, cutover::full_weight);
  // 0.07 * 100 is not 7 in binary; a true finer step is off by far more than this.
  if (!value || std::abs(*value - std::round(*value)) > 1e-6) return std::nullopt;
  return static_cast<cutover::Weight>(std::round(*value));
}

std::optional<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const auto port = parse_count(text.substr(colon + 1));
  if (!port || *port > 65535) return std::nullopt;
  if (host.starts_with('[') && host.ends_with(']')) {
    const std::string inside(host.substr(1, host.size() - 2));
    in6_addr ignored{};
    if (inet_pton(AF_INET6, inside.c_str(), &ignored) != 1) return std::nullopt;
    return Address{inside, static_cast<std::uint16_t>(*port)};
  }
  const bool name = std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_';
  });
  if (!name) return std::nullopt;
  return Address{std::string(host), static_cast<std::uint16_t>(*port)};
}

bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  in6_addr six{};
  in_addr four{};
  const bool v4 = inet_pton(AF_INET, address.c_str(), &four) == 1;
  if (!v4 && inet_pton(AF_INET6, address.c_str(), &six) != 1) return false;
  if (slash == text.npos) return true;
  const auto bits = parse_count(text.substr(slash + 1));
  return bits && *bits <= (v4 ? 32u : 128u);
}

}  // namespace banyan::config
