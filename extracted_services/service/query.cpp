#include "extracted_services/service/query.hpp"

namespace banyan::service {

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  for (auto& [key, value] : split_query(query)) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

Outcome<std::optional<std::int64_t>> read_account(const Request& request) {
  const auto text = request.header("X-Account-Id");
  if (!text || text->empty()) return std::optional<std::int64_t>();
  const auto account = parse_integer(*text);
  if (!account || *account < 1) return bad_parameter("X-Account-Id", "must be a positive integer");
  return account;
}

Read<Limit> QueryField<Limit>::read(const std::optional<std::string>& text, std::string_view name) {
  if (!text) return Limit{};
  const auto number = parse_integer(*text);
  if (number && *number >= 1 && *number <= 100) return Limit{*number};
  return FieldError{std::string(name), "must be between 1 and 100"};
}

Read<Offset> QueryField<Offset>::read(const std::optional<std::string>& text, std::string_view name) {
  if (!text) return Offset{};
  const auto number = parse_integer(*text);
  if (number && *number >= 0) return Offset{*number};
  return FieldError{std::string(name), "must not be negative"};
}

Read<Flag> QueryField<Flag>::read(const std::optional<std::string>& text, std::string_view) {
  return Flag{text == "1" || text == "true"};
}

Read<std::optional<Positive>> QueryField<std::optional<Positive>>::read(
    const std::optional<std::string>& text, std::string_view name) {
  if (!text) return std::optional<Positive>();
  const auto number = parse_integer(*text);
  if (number && *number >= 1) return std::optional<Positive>(Positive{*number});
  return FieldError{std::string(name), "must be a positive integer"};
}

}  // namespace banyan::service
