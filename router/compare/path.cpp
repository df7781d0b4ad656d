#include "router/compare/path.hpp"

#include <algorithm>
#include <charconv>

namespace banyan::compare {
namespace {

bool plain(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || c == '_' || c == '-' ||
         u >= 0x80;
}

std::string render(const std::vector<Step>& place, bool indices) {
  std::string text = "$";
  for (const Step& step : place) {
    if (step.is_index)
      text += indices ? "[" + std::to_string(step.index) + "]" : "[*]";
    else if (!step.name.empty() && std::all_of(step.name.begin(), step.name.end(), plain))
      text += "." + std::string(step.name);
    else
      text += "['" + std::string(step.name) + "']";
  }
  return text;
}

}  // namespace

std::string render(const std::vector<Step>& place) { return render(place, true); }
std::string render_shape(const std::vector<Step>& place) { return render(place, false); }

PathPattern::PathPattern(std::string_view text) {
  if (!text.starts_with('$')) {
    problem_ = "a path starts with '$', such as $.items[*].price";
    return;
  }
  std::size_t at = 1;
  while (at < text.size() && problem_.empty()) {
    if (text[at] == '[')
      at = parse_bracket(text, at);
    else if (text[at] == '.')
      at = parse_dot(text, at);
    else
      problem_ = "expected '.' or '[' after '" + std::string(text.substr(0, at)) + "'";
  }
}

std::size_t PathPattern::parse_bracket(std::string_view text, std::size_t at) {
  const auto end = text.find(']', at);
  if (end == text.npos) {
    problem_ = "a '[' without ']'";
    return text.size();
  }
  const std::string_view inside = text.substr(at + 1, end - at - 1);
  std::size_t index = 0;
  const auto [rest, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
  if (inside == "*")
    tokens_.push_back({Kind::any_index, 0, {}});
  else if (inside.size() > 2 && inside.front() == '\'' && inside.back() == '\'')
    tokens_.push_back({Kind::name, 0, std::string(inside.substr(1, inside.size() - 2))});
  else if (!inside.empty() && error == std::errc() && rest == inside.data() + inside.size())
    tokens_.push_back({Kind::index, index, {}});
  else
    problem_ = "in brackets stands a number, * or a 'name'";
  return end + 1;
}

std::size_t PathPattern::parse_dot(std::string_view text, std::size_t at) {
  const bool descend = text.substr(at).starts_with("..");
  at += descend ? 2 : 1;
  auto end = at;
  while (end < text.size() && plain(text[end])) ++end;
  if (!descend && end == at && end < text.size() && text[end] == '*') {
    tokens_.push_back({Kind::any_member, 0, {}});
    return end + 1;
  }
  if (end == at) problem_ = "a name must follow '.'";
  tokens_.push_back({descend ? Kind::descend : Kind::name, 0, std::string(text.substr(at, end - at))});
  return end;
}

PathPattern PathPattern::container() const {
  PathPattern shorter = *this;
  if (!shorter.tokens_.empty() && shorter.tokens_.back().kind == Kind::any_index) shorter.tokens_.pop_back();
  return shorter;
}

bool PathPattern::match_from(std::size_t token, const std::vector<Step>& place, std::size_t step) const {
  if (token == tokens_.size()) return step == place.size();
  const Token& wanted = tokens_[token];
  if (wanted.kind == Kind::descend) {
    for (std::size_t i = step; i < place.size(); ++i)
      if (!place[i].is_index && place[i].name == wanted.name && match_from(token + 1, place, i + 1))
        return true;
    return false;
  }
  if (step == place.size()) return false;
  const Step& here = place[step];
  bool fits = false;
  switch (wanted.kind) {
    case Kind::name:
      fits = !here.is_index && here.name == wanted.name;
      break;
    case Kind::index:
      fits = here.is_index && here.index == wanted.index;
      break;
    case Kind::any_member:
      fits = !here.is_index;
      break;
    case Kind::any_index:
      fits = here.is_index;
      break;
    case Kind::descend:
      break;
  }
  return fits && match_from(token + 1, place, step + 1);
}

bool PathPattern::matches(const std::vector<Step>& place) const { return match_from(0, place, 0); }

std::string path_problem(std::string_view text) { return PathPattern(text).problem(); }

}  // namespace banyan::compare
