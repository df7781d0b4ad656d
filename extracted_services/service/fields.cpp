#include "extracted_services/service/fields.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace banyan::service {

void throw_exception_from_error(const FieldError& error, const boost::source_location& where) {
  throw std::logic_error(error.pointer + " " + error.what + " not looked at, line " +
                         std::to_string(where.line()));
}

std::string member_name(std::string_view pointer) {
  std::string name(pointer.substr(pointer.empty() ? 0 : 1));
  for (auto& letter : name)
    if (letter == '/') letter = '.';
  return name;
}

std::string pointer_to(std::string_view parent, std::string_view member) {
  return std::string(parent) + "/" + std::string(member);
}

Fault as_fault(const FieldError& error) {
  return bad_request(member_name(error.pointer) + " " + error.what, error.pointer);
}

Outcome<json::object> parse_object(std::string_view body) {
  Fault fault = bad_request("body must be a JSON object");
  json::stream_parser parser;
  json::error_code error;
  const auto used = parser.write_some(body.data(), body.size(), error);
  if (!error && used < body.size() && body.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    error = json::error::extra_data;
  if (!error) parser.finish(error);
  if (error) {
    fault.hint = error.message() + " at byte " + std::to_string(used);
    return fault;
  }
  json::value value = parser.release();
  if (auto* object = value.if_object()) return std::move(*object);
  return fault;
}

bool is_key(std::string_view text) {
  const auto visible = [](char letter) { return letter > ' ' && letter <= '~'; };
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), visible);
}

Read<std::int64_t> read_integer(const json::value& value, std::string_view pointer) {
  if (const auto* number = value.if_int64()) return *number;
  return FieldError{std::string(pointer), "must be an integer"};
}

}  // namespace banyan::service
