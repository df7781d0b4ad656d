// A JSON text as a tree that is opened only where somebody looks: what is never opened is written as it came, so
// numbers keep their digits and strings their escapes. Pure. The tree refers to the text, which must outlive it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::translate {

enum class JsonErrc : std::uint8_t {
  ok,
  not_json,      // RFC 8259 text in UTF-8, at most 64 levels deep
  named_twice,   // two members of one name in an object that had to be opened
  in_the_way,    // the place where a value belongs is taken, or cannot be reached
  too_deep,      // moving a value down would make more than 64 levels
};
std::string_view describe(JsonErrc error);

bool is_json(std::string_view text);
bool is_too_deep(std::string_view json);  // of a text known to be JSON

class Node {
 public:
  enum class Kind : std::uint8_t { scalar, array, object };

  Node() = default;
  // `text` has passed is_json(); `name` is a member's name with its quotes.
  explicit Node(std::string_view text, std::string_view name = {});
  static Node new_object(std::string_view name);

  Kind kind() const { return kind_; }
  std::string_view name() const { return name_; }
  void rename(std::string_view name) { name_ = name; }
  // Members or elements; false when a name stands twice. Nothing happens to scalars and what is open already.
  bool open();
  // Only after open().
  std::vector<Node>& children() { return children_; }
  Node* member(std::string_view quoted, std::string_view plain);
  void append_to(std::string& out) const;

 private:
  std::string_view name_;
  std::string_view text_;
  std::vector<Node> children_;
  Kind kind_ = Kind::scalar;
  bool opened_ = false;
};

std::string quoted(std::string_view text);  // as a JSON string

}  // namespace banyan::translate
