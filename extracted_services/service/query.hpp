// Typed query parameters: a described struct whose members are the parameters, read and put into the contract
// the way fields.hpp does it for bodies. Unknown parameters are ignored; of two equal names the first counts.
// Pure.
#pragma once
#include "extracted_services/service/fields.hpp"
#include "extracted_services/service/message.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::service {

struct None {};  // an endpoint without query or body
BOOST_DESCRIBE_STRUCT(None, (), ())

// A page of a list.
struct Limit {
  std::int64_t value = 20;
};
struct Offset {
  std::int64_t value = 0;
};
struct Flag {
  bool value = false;
};

std::optional<std::int64_t> parse_integer(std::string_view text);
// The first value of the parameter, if it is there.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

template <class T>
struct QueryField;

template <>
struct QueryField<Limit> {
  static Read<Limit> read(const std::optional<std::string>& text, std::string_view name);
  static json::object schema() {
    return {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 20}};
  }
};

template <>
struct QueryField<Offset> {
  static Read<Offset> read(const std::optional<std::string>& text, std::string_view name);
  static json::object schema() { return {{"type", "integer"}, {"minimum", 0}, {"default", 0}}; }
};

template <>
struct QueryField<Flag> {
  static Read<Flag> read(const std::optional<std::string>& text, std::string_view name);
  static json::object schema() { return {{"type", "string"}, {"description", "1 or true switches it on"}}; }
};

template <>
struct QueryField<std::string> {
  static Read<std::string> read(const std::optional<std::string>& text, std::string_view name) {
    if (text && !text->empty()) return *text;
    return FieldError{std::string(name), "is required"};
  }
  static json::object schema() { return {{"type", "string"}, {"minLength", 1}}; }
};

template <>
struct QueryField<std::optional<std::string>> {
  static Read<std::optional<std::string>> read(const std::optional<std::string>& text, std::string_view) {
    return text;
  }
  static json::object schema() { return Field<std::string>::schema(); }
};

template <>
struct QueryField<std::optional<Positive>> {
  static Read<std::optional<Positive>> read(const std::optional<std::string>& text, std::string_view name);
  static json::object schema() { return Field<Positive>::schema(); }
};

// One parameter, for queries that read themselves.
template <class T>
Outcome<T> read_parameter(const Request& request, std::string_view name) {
  auto read = QueryField<T>::read(query_value(request.query(), name), name);
  if (!read) return bad_parameter(read.error().pointer, read.error().what);
  return std::move(*read);
}

// X-Account-Id, if it was sent.
Outcome<std::optional<std::int64_t>> read_account(const Request& request);

template <class Query>
Outcome<Query> read_members(const Request& request) {
  Query result{};
  std::optional<FieldError> wrong;
  boost::mp11::mp_for_each<typename Field<Query>::Members>([&](auto member) {
    if (wrong) return;
    using Member = std::remove_cvref_t<decltype(result.*member.pointer)>;
    auto read = QueryField<Member>::read(query_value(request.query(), member.name), member.name);
    if (read)
      result.*member.pointer = std::move(*read);
    else
      wrong = read.error();
  });
  if (wrong) return bad_parameter(wrong->pointer, wrong->what);
  return result;
}

// Members in order. A query whose parameters depend on each other has its own `static Outcome<Query>
// read(request)`.
template <class Query>
Outcome<Query> read_query(const Request& request) {
  if constexpr (requires { Query::read(request); }) {
    return Query::read(request);
  } else {
    return read_members<Query>(request);
  }
}

// OpenAPI parameter objects.
template <class Query>
json::array query_parameters() {
  json::array parameters;
  boost::mp11::mp_for_each<typename Field<Query>::Members>([&](auto member) {
    using Member = std::remove_cvref_t<decltype(std::declval<Query&>().*member.pointer)>;
    parameters.push_back(json::object{{"name", member.name},
                                      {"in", "query"},
                                      {"required", std::is_same_v<Member, std::string>},
                                      {"schema", QueryField<Member>::schema()}});
  });
  return parameters;
}

}  // namespace banyan::service
