// Typed JSON in and out. A plain struct with BOOST_DESCRIBE_STRUCT is read, written and described as a JSON
// Schema:
//
//   struct Adjust { Positive amount_cents; std::optional<std::string> reason; };
//   BOOST_DESCRIBE_STRUCT(Adjust, (), (amount_cents, reason))
//
// Reading is tolerant (unknown members are ignored, absent optionals stay empty) and precise: the first
// member that is wrong, in the order of the struct, is named by JSON pointer; null counts as absent. Writing
// keeps the order of the struct and writes an empty optional as null. boost::json::value_to is no help
// here: 1.81 refuses both. Pure; any thread.
#pragma once
#include "extracted_services/service/fault.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace banyan::service {
namespace json = boost::json;

// An integer with limits that its type carries, so that reader and contract cannot disagree.
template <std::int64_t Min, std::int64_t Max>
struct Bounded {
  std::int64_t value = Min;
};

// An integer that is at least 1, said in one sentence: "must be a positive integer".
struct Positive {
  std::int64_t value = 1;
};

// Bounded, and not 0.
template <std::int64_t Min, std::int64_t Max>
struct NonZero {
  std::int64_t value = 1;
};

// A name that its sender makes up once and repeats with every retry: 1 to 200 visible ASCII characters.
struct Key {
  std::string value;
};

// A list of Min to Max entries.
template <class T, std::size_t Min, std::size_t Max>
struct List {
  std::vector<T> values;
};

// Wrong member and what it must be; `what` continues the member's name: "quantity" + " must be an integer".
struct FieldError {
  FieldError() = default;
  // Not an aggregate: result<std::string, FieldError> must not take a string for an error.
  FieldError(std::string where, std::string reason) : pointer(std::move(where)), what(std::move(reason)) {}
  std::string pointer;
  std::string what;
};

template <class T>
using Read = boost::system::result<T, FieldError>;

[[noreturn]] void throw_exception_from_error(const FieldError& error, const boost::source_location& where);

// "/payment/method" -> "payment.method"
std::string member_name(std::string_view pointer);
std::string pointer_to(std::string_view parent, std::string_view member);
Fault as_fault(const FieldError& error);
// Anything but one JSON object is a fault that says where the text stops being JSON.
Outcome<json::object> parse_object(std::string_view body);
bool is_key(std::string_view text);
Read<std::int64_t> read_integer(const json::value& value, std::string_view pointer);

template <class T>
struct Field;  // read(value, pointer), write(value), schema()

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <>
struct Field<std::string> {
  static Read<std::string> read(const json::value& value, std::string_view pointer) {
    if (const auto* text = value.if_string()) return std::string(*text);
    return FieldError{std::string(pointer), "must be a string"};
  }
  static json::value write(const std::string& text) { return json::value(text); }
  static json::object schema() { return {{"type", "string"}}; }
};

template <>
struct Field<bool> {
  static Read<bool> read(const json::value& value, std::string_view pointer) {
    if (const auto* flag = value.if_bool()) return *flag;
    return FieldError{std::string(pointer), "must be true or false"};
  }
  static json::value write(bool flag) { return json::value(flag); }
  static json::object schema() { return {{"type", "boolean"}}; }
};

template <>
struct Field<std::int64_t> {
  static Read<std::int64_t> read(const json::value& value, std::string_view pointer) {
    return read_integer(value, pointer);
  }
  static json::value write(std::int64_t number) { return json::value(number); }
  static json::object schema() { return {{"type", "integer"}}; }
};

template <>
struct Field<Positive> {
  static Read<Positive> read(const json::value& value, std::string_view pointer) {
    const auto number = read_integer(value, pointer);
    if (number && *number >= 1) return Positive{*number};
    return FieldError{std::string(pointer), "must be a positive integer"};
  }
  static json::value write(Positive number) { return json::value(number.value); }
  static json::object schema() { return {{"type", "integer"}, {"minimum", 1}}; }
};

template <>
struct Field<Key> {
  static Read<Key> read(const json::value& value, std::string_view pointer) {
    const auto* text = value.if_string();
    if (text && is_key(*text)) return Key{std::string(*text)};
    return FieldError{std::string(pointer), "must be 1 to 200 visible ASCII characters"};
  }
  static json::value write(const Key& key) { return json::value(key.value); }
  static json::object schema() { return {{"type", "string"}, {"minLength", 1}, {"maxLength", 200}}; }
};

template <std::int64_t Min, std::int64_t Max>
struct Field<Bounded<Min, Max>> {
  static Read<Bounded<Min, Max>> read(const json::value& value, std::string_view pointer) {
    const auto number = read_integer(value, pointer);
    if (!number) return number.error();
    if (*number >= Min && *number <= Max) return Bounded<Min, Max>{*number};
    return FieldError{std::string(pointer),
                      "must be between " + std::to_string(Min) + " and " + std::to_string(Max)};
  }
  static json::value write(Bounded<Min, Max> number) { return json::value(number.value); }
  static json::object schema() { return {{"type", "integer"}, {"minimum", Min}, {"maximum", Max}}; }
};

template <std::int64_t Min, std::int64_t Max>
struct Field<NonZero<Min, Max>> {
  static Read<NonZero<Min, Max>> read(const json::value& value, std::string_view pointer) {
    const auto number = read_integer(value, pointer);
    if (number && *number == 0) return FieldError{std::string(pointer), "must not be 0"};
    const auto bounded = Field<Bounded<Min, Max>>::read(value, pointer);
    if (!bounded) return bounded.error();
    return NonZero<Min, Max>{bounded->value};
  }
  static json::value write(NonZero<Min, Max> number) { return json::value(number.value); }
  static json::object schema() {
    return {{"type", "integer"}, {"minimum", Min}, {"maximum", Max}, {"not", {{"const", 0}}}};
  }
};

template <class T>
struct Field<std::optional<T>> {
  static Read<std::optional<T>> read(const json::value& value, std::string_view pointer) {
    if (value.is_null()) return std::optional<T>();
    auto inner = Field<T>::read(value, pointer);
    if (!inner) return inner.error();
    return std::optional<T>(std::move(*inner));
  }
  static json::value write(const std::optional<T>& value) {
    return value ? json::value(Field<T>::write(*value)) : json::value(nullptr);
  }
  static json::object schema() {
    return {{"anyOf", json::array{Field<T>::schema(), json::object{{"type", "null"}}}}};
  }
};

template <class T>
struct Field<std::vector<T>> {
  static Read<std::vector<T>> read(const json::value& value, std::string_view pointer) {
    const auto* array = value.if_array();
    if (!array) return FieldError{std::string(pointer), "must be an array"};
    std::vector<T> items;
    for (const auto& element : *array) {
      auto item = Field<T>::read(element, pointer_to(pointer, std::to_string(items.size())));
      if (!item) return item.error();
      items.push_back(std::move(*item));
    }
    return items;
  }
  static json::value write(const std::vector<T>& items) {
    json::array array;
    for (const auto& item : items) array.push_back(Field<T>::write(item));
    return array;
  }
  static json::object schema() { return {{"type", "array"}, {"items", Field<T>::schema()}}; }
};

template <class T, std::size_t Min, std::size_t Max>
struct Field<List<T, Min, Max>> {
  static Read<List<T, Min, Max>> read(const json::value& value, std::string_view pointer) {
    const auto* array = value.if_array();
    if (array && (array->size() < Min || array->size() > Max))
      return FieldError{std::string(pointer),
                        "must have " + std::to_string(Min) + " to " + std::to_string(Max) + " entries"};
    auto items = Field<std::vector<T>>::read(value, pointer);
    if (!items) return items.error();
    return List<T, Min, Max>{std::move(*items)};
  }
  static json::value write(const List<T, Min, Max>& list) {
    return Field<std::vector<T>>::write(list.values);
  }
  static json::object schema() {
    json::object schema = Field<std::vector<T>>::schema();
    schema["minItems"] = Min;
    schema["maxItems"] = Max;
    return schema;
  }
};

// Described structs.
template <class T>
  requires boost::describe::has_describe_members<T>::value
struct Field<T> {
  using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

  static Read<T> read(const json::value& value, std::string_view pointer) {
    const auto* object = value.if_object();
    if (!object) return FieldError{std::string(pointer), "must be an object"};
    T result{};
    std::optional<FieldError> wrong;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      if (!wrong) wrong = read_member(*object, pointer, member.name, result.*member.pointer);
    });
    if (wrong) return *wrong;
    return result;
  }

  static json::value write(const T& value) {
    json::object object;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      using Member = std::remove_cvref_t<decltype(value.*member.pointer)>;
      object.emplace(member.name, Field<Member>::write(value.*member.pointer));
    });
    return object;
  }

  static json::object schema() {
    json::object properties;
    json::array required;
    boost::mp11::mp_for_each<Members>([&](auto member) {
      using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
      properties.emplace(member.name, Field<Member>::schema());
      if (!IsOptional<Member>::value) required.emplace_back(member.name);
    });
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

 private:
  template <class Member>
  static std::optional<FieldError> read_member(const json::object& object, std::string_view parent,
                                               const char* name, Member& into) {
    const std::string pointer = pointer_to(parent, name);
    const auto* value = object.if_contains(name);
    const bool absent = !value || value->is_null();
    if (absent && IsOptional<Member>::value) return std::nullopt;
    if (absent) return FieldError{pointer, "is required"};
    auto read = Field<Member>::read(*value, pointer);
    if (!read) return read.error();
    into = std::move(*read);
    return std::nullopt;
  }
};

template <class T>
Outcome<T> read_json(std::string_view body) {
  const auto object = parse_object(body);
  if (!object) return object.error();
  auto read = Field<T>::read(*object, "");
  if (!read) return as_fault(read.error());
  return std::move(*read);
}

template <class T>
std::string write_json(const T& value) {
  return json::serialize(Field<T>::write(value));
}

}  // namespace banyan::service
