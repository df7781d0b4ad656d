#include "router/translate/json_map.hpp"

#include <algorithm>
#include <span>

namespace banyan::translate {
namespace {

using Tokens = std::span<const PointerToken>;

std::size_t scope_size(const Pointer& pointer) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < pointer.tokens.size(); ++i)
    if (pointer.tokens[i].each) size = i + 1;
  return size;
}

Node* child_of(Node& parent, const PointerToken& token, JsonErrc& error) {
  if (!parent.open()) error = JsonErrc::named_twice;
  return error == JsonErrc::ok ? parent.member(token.quoted, token.plain) : nullptr;
}

Node* find_node(Node& element, Tokens path, JsonErrc& error) {
  Node* at = &element;
  for (const auto& token : path) {
    at = child_of(*at, token, error);
    if (at == nullptr) return nullptr;
  }
  return at;
}

void erase_child(Node& parent, const Node* child) {
  auto& children = parent.children();
  children.erase(children.begin() + (child - children.data()));
}

// Takes the value out; objects that held nothing else go with it.
std::optional<Node> take_node(Node& element, Tokens path, JsonErrc& error) {
  std::vector<Node*> chain{&element};
  for (const auto& token : path) {
    Node* next = child_of(*chain.back(), token, error);
    if (next == nullptr) return std::nullopt;
    chain.push_back(next);
  }
  Node value = std::move(*chain.back());
  for (std::size_t i = chain.size() - 1; i > 0; --i) {
    erase_child(*chain[i - 1], chain[i]);
    if (!chain[i - 1]->children().empty()) break;
  }
  return value;
}

JsonErrc put_node(Node& element, Tokens path, Node value, bool replace) {
  auto error = JsonErrc::ok;
  Node* parent = &element;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (parent->kind() != Node::Kind::object) return JsonErrc::in_the_way;
    Node* next = child_of(*parent, path[i], error);
    if (error != JsonErrc::ok) return error;
    if (i + 1 == path.size()) {
      if (next != nullptr && !replace) return JsonErrc::in_the_way;
      value.rename(path[i].quoted);
      if (next != nullptr) *next = std::move(value);
      else parent->children().push_back(std::move(value));
      return error;
    }
    if (next == nullptr) {
      parent->children().push_back(Node::new_object(path[i].quoted));
      next = &parent->children().back();
    }
    parent = next;
  }
  return error;
}

JsonErrc do_step(const JsonStep& step, Node& element, std::size_t scope) {
  if (element.kind() != Node::Kind::object) return JsonErrc::ok;
  const Tokens at = Tokens(step.at.tokens).subspan(scope);
  auto error = JsonErrc::ok;
  switch (step.kind) {
    case JsonStep::Kind::move: {
      const Tokens to = Tokens(step.to.tokens).subspan(scope);
      auto value = take_node(element, at, error);
      if (error != JsonErrc::ok) return error;
      if (value) return put_node(element, to, std::move(*value), false);
      // Already in the other shape: to go on would make two documents one.
      if (find_node(element, to, error) != nullptr) return JsonErrc::in_the_way;
      return error;
    }
    case JsonStep::Kind::add:
    case JsonStep::Kind::set:
      return put_node(element, at, Node(step.value), step.kind == JsonStep::Kind::set);
    case JsonStep::Kind::remove:
      take_node(element, at, error);
      return error;
  }
  return error;
}

JsonErrc each_element(const JsonStep& step, Node& node, std::size_t token, std::size_t scope) {
  if (token == scope) return do_step(step, node, scope);
  auto error = JsonErrc::ok;
  const auto& wanted = step.at.tokens[token];
  if (!wanted.each) {
    Node* next = child_of(node, wanted, error);
    return next == nullptr ? error : each_element(step, *next, token + 1, scope);
  }
  if (node.kind() != Node::Kind::array) return error;
  if (!node.open()) return JsonErrc::named_twice;
  for (Node& child : node.children())
    if (error = each_element(step, child, token + 1, scope); error != JsonErrc::ok) return error;
  return error;
}

}  // namespace

std::string parse_pointer(std::string_view text, Pointer& out) {
  out = {std::string(text), {}};
  if (!text.starts_with('/')) return "it begins with '/'";
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto slash = std::min(text.find('/'), text.size());
    PointerToken token;
    for (std::size_t i = 0; i < slash; ++i) {
      if (text[i] != '~') {
        token.plain += text[i];
        continue;
      }
      const char code = ++i < slash ? text[i] : ' ';
      if (code != '0' && code != '1') return "'~' is written ~0, '/' inside a name ~1";
      token.plain += code == '0' ? '~' : '/';
    }
    if (token.plain.empty()) return "a member's name stands after every '/'";
    token.each = token.plain == "*";
    token.quoted = quoted(token.plain);
    if (!is_json(token.quoted)) return "names are UTF-8";
    out.tokens.push_back(std::move(token));
    text.remove_prefix(slash);
  }
  return out.tokens.back().each ? "it ends with the name of a member, not with '*'" : "";
}

std::string step_problem(const JsonStep& step) {
  if (step.kind != JsonStep::Kind::move) return {};
  if (step.at == step.to) return "it moves to where it is";
  const auto scope = scope_size(step.at);
  const bool same_scope = scope == scope_size(step.to) &&
                          std::equal(step.at.tokens.begin(), step.at.tokens.begin() + static_cast<std::ptrdiff_t>(scope),
                                     step.to.tokens.begin());
  return same_scope ? "" : "up to the last '*' both places are the same: a field stays in its element";
}

std::optional<JsonMap> inverse(const JsonMap& map, std::size_t* culprit) {
  JsonMap back;
  for (std::size_t i = map.size(); i-- > 0;) {
    JsonStep step = map[i];
    if (step.kind == JsonStep::Kind::set || step.kind == JsonStep::Kind::remove) {
      if (culprit != nullptr) *culprit = i;
      return std::nullopt;
    }
    if (step.kind == JsonStep::Kind::move) std::swap(step.at, step.to);
    else step.kind = JsonStep::Kind::remove;
    back.push_back(std::move(step));
  }
  return back;
}

JsonErrc apply(const JsonMap& map, std::string_view document, std::string& out) {
  if (!is_json(document)) return JsonErrc::not_json;
  Node root(document);
  for (const JsonStep& step : map)
    if (const auto error = each_element(step, root, 0, scope_size(step.at)); error != JsonErrc::ok) return error;
  std::string text;
  text.reserve(document.size());
  root.append_to(text);
  if (!map.empty() && is_too_deep(text)) return JsonErrc::too_deep;
  out = std::move(text);
  return JsonErrc::ok;
}

}  // namespace banyan::translate
