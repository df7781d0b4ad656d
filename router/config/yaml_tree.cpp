#include "router/config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace banyan::config {
namespace {

Place place_of(const YAML::Mark& mark) {
  return {static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1), 1};
}

// Builds the tree from yaml-cpp's events; a stack of open containers, keys and values taken in turn.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(Tree& tree) : tree_(tree) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 1)
      error(mark, "something follows the end of the document",
            "one configuration is one document; look for '---' or a stray ',' ']' '}'");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    Value value;
    value.place = place_of(mark);
    add(std::move(value));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error(mark, "aliases (*name) are not supported", "write the value out");
    Value value;
    value.place = place_of(mark);
    add(std::move(value));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    check(mark, tag, anchor);
    Value value;
    value.quoted = tag == "!";
    value.kind = !value.quoted && (text.empty() || text == "~" || text == "null") ? Value::Kind::null
                                                                                  : Value::Kind::scalar;
    value.text = text;
    value.place = place_of(mark);
    value.place.length = static_cast<std::uint32_t>(text.size() + (value.quoted ? 2 : 0));
    add(std::move(value));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::Kind::mapping);
  }
  void OnMapEnd() override { close(); }

  // After a syntax error: keeps what was read so far.
  void give_up() {
    while (!open_.empty()) close();
  }

 private:
  void error(const YAML::Mark& mark, std::string message, std::string hint) {
    tree_.errors.push_back({place_of(mark), std::move(message), std::move(hint)});
  }

  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0)
      error(mark, "anchors (&name) are not supported", "write the value out where it is needed");
    if (!tag.empty() && tag != "!" && tag != "?")
      error(mark, "tags (" + tag + ") are not supported", "remove the tag");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value::Kind kind) {
    check(mark, tag, anchor);
    Value value;
    value.kind = kind;
    value.place = place_of(mark);
    open_.push_back({std::move(value), {}, false});
  }

  void close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(done));
  }

  void add(Value value) {
    if (open_.empty()) {
      if (documents_ <= 1) tree_.root = std::move(value);
      return;
    }
    Open& top = open_.back();
    if (top.value.kind == Value::Kind::sequence) {
      top.value.items.push_back(std::move(value));
    } else if (!top.has_key) {
      top.key = std::move(value);
      top.has_key = true;
    } else {
      top.value.members.push_back({std::move(top.key), std::move(value)});
      top.has_key = false;
    }
  }

  struct Open {
    Value value;
    Value key;
    bool has_key;
  };
  Tree& tree_;
  std::vector<Open> open_;
  int documents_ = 0;
};

}  // namespace

Tree parse_yaml(std::string_view text) {
  Tree tree;
  if (const auto nul = text.find('\0'); nul != text.npos) {
    const auto before = text.substr(0, nul);
    const auto line_start = before.rfind('\n') + 1;
    tree.errors.push_back({{static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n')),
                            static_cast<std::uint32_t>(nul - line_start + 1), 1},
                           "a NUL byte",
                           "a text file"});
    tree.complete = false;
    return tree;
  }
  Builder builder(tree);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    // A second document is refused, so nobody looks at a third; yaml-cpp also goes on for ever before a stray
    // ','.
    for (int documents = 0; documents < 2 && parser.HandleNextDocument(builder);) ++documents;
  } catch (const YAML::Exception& error) {
    const auto line_end = error.msg.find('\n');
    tree.errors.push_back({place_of(error.mark), "not YAML: " + error.msg.substr(0, line_end), ""});
    tree.complete = false;
    builder.give_up();
  }
  return tree;
}

std::string describe(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "nothing";
    case Value::Kind::scalar:
      return "'" + value.text + "'";
    case Value::Kind::sequence:
      return "a list";
    case Value::Kind::mapping:
      return "a mapping";
  }
  return "?";
}

}  // namespace banyan::config
