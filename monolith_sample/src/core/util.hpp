// The drawer for what found no other home: strings, money, dates, HTML, numbers from the sequences table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shop::core {

std::string trim(const std::string& text);
std::string lower(std::string text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, const std::string& separator);
bool starts_with(const std::string& text, const std::string& prefix);
bool parse_int(const std::string& text, std::int64_t& value);

// printf into a string.
__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...);

std::string html_escape(const std::string& text);
std::string url_decode(std::string_view text);
std::string csv_field(const std::string& text);

// 123456 -> "1,234.56 EUR"
std::string money(std::int64_t cents, const std::string& currency = "EUR");

// Calendar arithmetic on "YYYY-MM-DD"; add_days("2026-02-28", 1) == "2026-03-01".
bool is_date(const std::string& text);
std::string add_days(const std::string& date, int days);

// The next number of a range: next_number("order", "SO") == "SO-000001". Call it inside the transaction that uses it.
std::string next_number(const std::string& sequence, const std::string& prefix);

// A line in the audit log. Never fails the caller: a full disk must not lose an order.
void audit(const std::string& action, const std::string& entity, std::int64_t entity_id);

}  // namespace shop::core
