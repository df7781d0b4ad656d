// YAML text -> a tree that keeps what yaml-cpp's own nodes lose: duplicate keys, quotes, and the place of
// everything. Anchors, aliases, merge keys, tags and second documents are refused. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::config {

struct Place {
  std::uint32_t line = 0;  // 1-based
  std::uint32_t column = 0;
  std::uint32_t length = 1;
};

struct Member;

struct Value {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping } kind = Kind::null;
  Place place;
  std::string text;     // scalar
  bool quoted = false;  // a quoted scalar is a string, whatever it looks like
  std::vector<Value> items;
  std::vector<Member> members;
};

struct Member {
  Value key;
  Value value;
};

struct TreeError {
  Place place;
  std::string message;
  std::string hint;
};

// The tree, and what is wrong with the text. A syntax error ends the walk; the other errors are all
// collected.
struct Tree {
  Value root;            // as far as it was read
  bool complete = true;  // false after a syntax error
  std::vector<TreeError> errors;
};
Tree parse_yaml(std::string_view text);

std::string describe(const Value& value);  // "a mapping", "'20'", "nothing"

}  // namespace banyan::config
