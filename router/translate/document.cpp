#include "router/translate/document.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace banyan::translate {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest_document = 64;

// Accepts what the grammar accepts and keeps nothing.
struct GrammarOnly {
  static constexpr std::size_t max_object_size = std::size_t(-1), max_array_size = std::size_t(-1),
                               max_key_size = std::size_t(-1), max_string_size = std::size_t(-1);
  using Error = json::error_code&;
  bool on_document_begin(Error) { return true; }
  bool on_document_end(Error) { return true; }
  bool on_object_begin(Error) { return true; }
  bool on_object_end(std::size_t, Error) { return true; }
  bool on_array_begin(Error) { return true; }
  bool on_array_end(std::size_t, Error) { return true; }
  bool on_key_part(json::string_view, std::size_t, Error) { return true; }
  bool on_key(json::string_view, std::size_t, Error) { return true; }
  bool on_string_part(json::string_view, std::size_t, Error) { return true; }
  bool on_string(json::string_view, std::size_t, Error) { return true; }
  bool on_number_part(json::string_view, Error) { return true; }
  bool on_int64(std::int64_t, json::string_view, Error) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Error) { return true; }
  bool on_double(double, json::string_view, Error) { return true; }
  bool on_bool(bool, Error) { return true; }
  bool on_null(Error) { return true; }
  bool on_comment_part(json::string_view, Error) { return true; }
  bool on_comment(json::string_view, Error) { return true; }
};

bool json_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && json_blank(text[at])) ++at;
  return at;
}

// Behind the closing quote.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (depth == 0) return at;
      --at;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth > 0) {
      if ((c == '}' || c == ']') && --depth == 0) return at + 1;
    } else if (c == ',' || c == '}' || c == ']' || json_blank(c)) {
      return at;
    }
  }
  return at;
}

std::string plain_name(std::string_view raw) {
  json::error_code error;
  const auto parsed = json::parse(json::string_view(raw.data(), raw.size()), error);
  return error ? std::string() : std::string(parsed.as_string());
}

bool escaped_name(std::string_view raw) { return raw.find('\\') != raw.npos; }

bool twice(const std::vector<Node>& members) {
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const Node& member : members)
    names.push_back(escaped_name(member.name()) ? quoted(plain_name(member.name())) : std::string(member.name()));
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

std::string_view describe(JsonErrc error) {
  switch (error) {
    case JsonErrc::ok:
      return "ok";
    case JsonErrc::not_json:
      return "the body is not valid JSON";
    case JsonErrc::named_twice:
      return "an object in the body has two members of the same name";
    case JsonErrc::in_the_way:
      return "a field of the body stands where a translated one belongs";
    case JsonErrc::too_deep:
      return "the translated body would be more than 64 levels deep";
  }
  return "?";
}

bool is_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = deepest_document;
  json::basic_parser<GrammarOnly> parser(options);
  json::error_code error;
  const auto used = parser.write_some(false, text.data(), text.size(), error);
  return !error && used == text.size() && parser.done();
}

bool is_too_deep(std::string_view json) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    at = c == '"' ? skip_string(json, at) : at + 1;
    if ((c == '{' || c == '[') && ++depth > deepest_document) return true;
    if (c == '}' || c == ']') --depth;
  }
  return false;
}

std::string quoted(std::string_view text) { return json::serialize(json::string_view(text.data(), text.size())); }

Node::Node(std::string_view text, std::string_view name) : name_(name) {
  const auto begin = skip_blanks(text, 0);
  auto end = text.size();
  while (end > begin && json_blank(text[end - 1])) --end;
  text_ = text.substr(begin, end - begin);
  if (text_.starts_with('{')) kind_ = Kind::object;
  if (text_.starts_with('[')) kind_ = Kind::array;
}

Node Node::new_object(std::string_view name) {
  Node node("{}", name);
  node.opened_ = true;
  return node;
}

bool Node::open() {
  if (opened_ || kind_ == Kind::scalar) return true;
  opened_ = true;
  auto at = skip_blanks(text_, 1);
  while (at + 1 < text_.size()) {
    std::string_view name;
    if (kind_ == Kind::object) {
      const auto end = skip_string(text_, at);
      name = text_.substr(at, end - at);
      at = skip_blanks(text_, skip_blanks(text_, end) + 1);  // the colon
    }
    const auto end = skip_value(text_, at);
    children_.emplace_back(text_.substr(at, end - at), name);
    at = skip_blanks(text_, end);
    if (at < text_.size() && text_[at] == ',') at = skip_blanks(text_, at + 1);
  }
  return kind_ != Kind::object || !twice(children_);
}

Node* Node::member(std::string_view quoted_name, std::string_view plain) {
  if (kind_ != Kind::object) return nullptr;
  for (Node& child : children_)
    if (child.name_ == quoted_name || (escaped_name(child.name_) && plain_name(child.name_) == plain)) return &child;
  return nullptr;
}

void Node::append_to(std::string& out) const {
  if (!opened_) {
    out += text_;
    return;
  }
  out += kind_ == Kind::object ? '{' : '[';
  for (std::size_t i = 0; i < children_.size(); ++i) {
    if (i != 0) out += ',';
    if (kind_ == Kind::object) out.append(children_[i].name_) += ':';
    children_[i].append_to(out);
  }
  out += kind_ == Kind::object ? '}' : ']';
}

}  // namespace banyan::translate
