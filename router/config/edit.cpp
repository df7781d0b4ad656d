#include "router/config/edit.hpp"

#include "router/config/yaml_tree.hpp"

#include <algorithm>

namespace banyan::config {
namespace {

const Value* member_of(const Value* mapping, std::string_view key) {
  if (!mapping || mapping->kind != Value::Kind::mapping) return nullptr;
  for (const Member& member : mapping->members)
    if (member.key.text == key) return &member.value;
  return nullptr;
}

const Value* cutover_of(const Value& root, std::string_view name) {
  const Value* all = member_of(&root, "cutovers");
  if (!all || all->kind != Value::Kind::sequence) return nullptr;
  for (const Value& item : all->items)
    if (const Value* own = member_of(&item, "name"); own && own->text == name) return &item;
  return nullptr;
}

// The byte at a place; the end of the text when there is none.
std::size_t offset_of(std::string_view text, const Place& place) {
  std::size_t start = 0;
  for (std::uint32_t line = 1; line < place.line && start < text.size(); ++line)
    start = std::min(text.find('\n', start), text.size() - 1) + 1;
  return std::min(start + place.column - 1, text.size());
}

std::string quoted(std::string_view path) {
  if (path.find_first_of("\"\\") == path.npos) return "\"" + std::string(path) + "\"";
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::optional<Edit> put_in(std::string_view text, std::size_t at, std::string words) {
  if (at > text.size()) return std::nullopt;
  Edit edit{std::string(text), 0, words};
  edit.line = 1 + static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  edit.text.insert(at, words);
  return edit;
}

// What stands before a key or a dash of a block on its line must be there again for the line after it.
std::string fresh_line(std::string_view text, std::size_t at) {
  const auto start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return "\n" + std::string(at - start, ' ');
}

std::optional<Edit> add_member(std::string_view text, const Value& mapping, const std::string& entry) {
  if (mapping.kind != Value::Kind::mapping || mapping.members.empty()) return std::nullopt;
  const auto start = offset_of(text, mapping.place);
  if (start < text.size() && text[start] == '{') return put_in(text, start + 1, " " + entry + ",");
  const Member& before = mapping.members[mapping.members.size() > 1 ? 1 : 0];
  const auto at = offset_of(text, before.key.place);
  return put_in(text, at, entry + fresh_line(text, at));
}

std::optional<Edit> add_item(std::string_view text, const Value& list, const std::string& item) {
  if (list.kind != Value::Kind::sequence || list.items.empty()) return std::nullopt;
  const auto start = offset_of(text, list.place);
  if (start < text.size() && text[start] == '[') return put_in(text, start + 1, " " + item + ",");
  const auto at = text.rfind('-', offset_of(text, list.items.front().place));
  if (at == text.npos) return std::nullopt;
  return put_in(text, at, "- " + item + fresh_line(text, at));
}

bool ignores(const Tree& tree, std::string_view cutover, std::string_view section, std::string_view word) {
  const Value* list = member_of(member_of(member_of(cutover_of(tree.root, cutover), "compare"), section), "ignore");
  return list && std::any_of(list->items.begin(), list->items.end(), [&](const Value& v) { return v.text == word; });
}

}  // namespace

std::optional<Edit> add_ignore(std::string_view text, std::string_view cutover, std::string_view path) {
  const Tree tree = parse_yaml(text);
  const Value* item = cutover_of(tree.root, cutover);
  if (!tree.complete || !item) return std::nullopt;
  constexpr std::string_view header = "header:";
  const bool of_header = path.starts_with(header);
  const std::string name = of_header ? "headers" : "json";
  const std::string_view plain = of_header ? path.substr(header.size()) : path;
  const Value* compare = member_of(item, "compare");
  const Value* section = member_of(compare, name);
  const Value* list = member_of(section, "ignore");
  const std::string word = quoted(plain), entry = "ignore: [ " + word + " ]";
  auto edit = list      ? add_item(text, *list, word)
              : section ? add_member(text, *section, entry)
              : compare ? add_member(text, *compare, name + ": { " + entry + " }")
                        : add_member(text, *item, "compare: { " + name + ": { " + entry + " } }");
  if (!edit) return std::nullopt;
  const Tree after = parse_yaml(edit->text);
  if (!after.complete || !after.errors.empty() || !ignores(after, cutover, name, plain)) return std::nullopt;
  return edit;
}

}  // namespace banyan::config
