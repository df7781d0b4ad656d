#include "router/compare/walk.hpp"

#include "router/compare/align.hpp"

#include <algorithm>
#include <cmath>

namespace banyan::compare {
namespace {

bool same_number(const json::value& a, const json::value& b) {
  if (a.is_double() || b.is_double()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_uint64() && b.is_uint64()) return a.get_uint64() == b.get_uint64();
  if (a.is_int64() && b.is_int64()) return a.get_int64() == b.get_int64();
  return false;  // uint64 is only used beyond int64's range
}

// "$.items[*].price" of every prefix that ends in an index, without that index.
std::vector<std::string> arrays_above(const std::vector<Step>& place) {
  std::vector<std::string> out;
  std::vector<Step> prefix;
  for (const Step& step : place) {
    if (step.is_index) out.push_back(render_shape(prefix));
    prefix.push_back(step);
  }
  return out;
}

}  // namespace

std::string shorten(std::string text) {
  constexpr std::size_t most = 80;
  if (text.size() <= most) return text;
  std::size_t cut = most - 3;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80)
    --cut;  // not inside a UTF-8 character
  return text.substr(0, cut) + "...";
}

std::string brief(const json::value& value) {
  if (value.is_object()) return "{" + std::to_string(value.get_object().size()) + " members}";
  if (value.is_array()) return "[" + std::to_string(value.get_array().size()) + " items]";
  return shorten(json::serialize(value));
}

Value value_of(const json::value& value) {
  constexpr std::size_t most = 4096;
  Value out;
  if (value.is_null()) out.type = Value::Type::null;
  if (value.is_bool()) out.type = Value::Type::boolean, out.number = value.get_bool() ? 1 : 0;
  if (value.is_object()) out.type = Value::Type::object;
  if (value.is_array()) out.type = Value::Type::array;
  if (value.is_string()) {
    out.type = Value::Type::text;
    const auto& text = value.get_string();
    out.text.assign(text.data(), std::min<std::size_t>(text.size(), most));
    // What is cut off still counts.
    if (text.size() > most) out.text += " " + std::to_string(fnv1a({text.data(), text.size()}));
  }
  if (value.is_number()) {
    out.type = Value::Type::number;
    out.number = value.to_number<double>();
    out.integer = !value.is_double();
  }
  return out;
}

Walk::Walk(const Rules& rules, std::size_t keep, Result& result) : keep_(keep), result_(result) {
  for (const auto& text : rules.ignore) ignore_.emplace_back(text);
  for (const auto& text : rules.unordered) unordered_.push_back(PathPattern(text).container());
  for (const auto& text : rules.redact)
    if (text.starts_with('$')) redact_.emplace_back(text);
  for (const auto& [text, bound] : rules.tolerance) tolerance_.emplace_back(PathPattern(text), bound);
}

bool Walk::any(const std::vector<PathPattern>& patterns) const {
  return std::any_of(patterns.begin(), patterns.end(), [this](const auto& p) { return p.matches(place_); });
}

void Walk::values(const json::value& a, const json::value& b) {
  if (ignored()) return;
  if (a.is_number() && b.is_number()) {
    if (!same_number(a, b) && !tolerated(a, b)) report(Kind::value, &a, &b);
  } else if (a.kind() != b.kind()) {
    report(Kind::type, &a, &b);
  } else if (a.is_object()) {
    objects(a.get_object(), b.get_object());
  } else if (a.is_array()) {
    if (result_.arrays.size() < 64) result_.arrays.push_back({render_shape(place_), a.get_array().size()});
    any(unordered_) ? unordered_arrays(a.get_array(), b.get_array()) : arrays(a.get_array(), b.get_array());
  } else if (a != b) {
    report(Kind::value, &a, &b);
  }
}

bool Walk::tolerated(const json::value& a, const json::value& b) const {
  for (const auto& [pattern, bound] : tolerance_) {
    const double x = a.to_number<double>(), y = b.to_number<double>();
    // 0.005 apart in decimal is a hair more in binary.
    const double slack = std::max(std::abs(x), std::abs(y)) * 1e-12;
    if (pattern.matches(place_) && std::abs(x - y) <= bound + slack) return true;
  }
  return false;
}

void Walk::report(Kind kind, const json::value* a, const json::value* b) {
  ++result_.total;
  result_.equal = false;
  if (result_.differences.size() >= keep_) return;
  Difference out{kind, render(place_), a ? brief(*a) : "", b ? brief(*b) : ""};
  out.shape = render_shape(place_);
  out.within = arrays_above(place_);
  if (a) out.before = value_of(*a);
  if (b) out.after = value_of(*b);
  // Redacted is what lies in such a field, and what holds one is told by its size only.
  auto place = place_;
  for (; !out.redacted && !place.empty(); place.pop_back())
    out.redacted =
        std::any_of(redact_.begin(), redact_.end(), [&place](const auto& p) { return p.matches(place); });
  if (out.redacted) {
    if (a) out.legacy = "(redacted)";
    if (b) out.fresh = "(redacted)";
  }
  result_.differences.push_back(std::move(out));
}

void Walk::objects(const json::object& a, const json::object& b) {
  for (const auto& [key, value] : a)
    at({false, 0, view(key)}, [&, &x = value, name = key] {
      if (const json::value* other = b.if_contains(name))
        values(x, *other);
      else if (!ignored())
        report(Kind::missing, &x, nullptr);
    });
  for (const auto& [key, value] : b) {
    if (a.contains(key)) continue;
    at({false, 0, view(key)}, [&, &x = value] {
      if (!ignored()) report(Kind::added, nullptr, &x);
    });
  }
}

void Walk::arrays(const json::array& a, const json::array& b) {
  if (a == b) return;
  const Alignment alignment = align(a, b);
  if (!alignment.better) return in_order(a, b);
  if (alignment.reordered && !any(ignore_)) {
    const json::value left(json::array_kind), right(json::array_kind);
    report(Kind::order, &left, &right);
    if (!result_.differences.empty() && result_.differences.back().kind == Kind::order) {
      result_.differences.back().legacy = std::to_string(a.size()) + " items";
      result_.differences.back().fresh = std::to_string(b.size()) + " items in another order";
    }
  }
  pairs(a, b, alignment.pairs);
}

void Walk::pairs(const json::array& a, const json::array& b,
                 const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  std::vector<bool> left(a.size()), right(b.size());
  for (const auto& [i, j] : pairs) {
    left[i] = right[j] = true;
    at({true, i, {}}, [&, &x = a[i], &y = b[j]] { values(x, y); });
  }
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!left[i]) lone(Kind::missing, i, a[i]);
  for (std::size_t j = 0; j < b.size(); ++j)
    if (!right[j]) lone(Kind::added, j, b[j]);
}

void Walk::in_order(const json::array& a, const json::array& b) {
  const std::size_t both = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < both; ++i) at({true, i, {}}, [&] { values(a[i], b[i]); });
  for (std::size_t i = both; i < a.size(); ++i) lone(Kind::missing, i, a[i]);
  for (std::size_t i = both; i < b.size(); ++i) lone(Kind::added, i, b[i]);
}

void Walk::lone(Kind kind, std::size_t index, const json::value& value) {
  at({true, index, {}}, [&] {
    if (ignored()) return;
    report(kind, kind == Kind::missing ? &value : nullptr, kind == Kind::added ? &value : nullptr);
  });
}

bool Walk::same_element(const json::value& a, const json::value& b) {
  Result scratch;
  std::swap(scratch, result_);
  at({true, 0, {}}, [&] { values(a, b); });
  std::swap(scratch, result_);
  return scratch.equal;
}

// Pairs equal elements first; what is left over is paired by what it has in common.
void Walk::unordered_arrays(const json::array& a, const json::array& b) {
  constexpr std::size_t most_pairs = 1'000'000;
  if (a.size() * b.size() > most_pairs) return in_order(a, b);
  std::vector<bool> taken(b.size());
  std::vector<std::size_t> left_a, left_b;
  json::array rest_a, rest_b;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t j = 0;
    while (j < b.size() && (taken[j] || !same_element(a[i], b[j]))) ++j;
    if (j < b.size())
      taken[j] = true;
    else
      left_a.push_back(i), rest_a.push_back(a[i]);
  }
  for (std::size_t j = 0; j < b.size(); ++j)
    if (!taken[j]) left_b.push_back(j), rest_b.push_back(b[j]);
  const Alignment alignment = align(rest_a, rest_b);
  std::vector<bool> used_a(rest_a.size()), used_b(rest_b.size());
  const auto pair = [&](std::size_t i, std::size_t j) {
    used_a[i] = used_b[j] = true;
    at({true, left_a[i], {}}, [&] { values(rest_a[i], rest_b[j]); });
  };
  if (alignment.better)
    for (const auto& [i, j] : alignment.pairs) pair(i, j);
  else
    for (std::size_t k = 0; k < std::min(rest_a.size(), rest_b.size()); ++k) pair(k, k);
  for (std::size_t i = 0; i < rest_a.size(); ++i)
    if (!used_a[i]) lone(Kind::missing, left_a[i], rest_a[i]);
  for (std::size_t j = 0; j < rest_b.size(); ++j)
    if (!used_b[j]) lone(Kind::added, left_b[j], rest_b[j]);
}

}  // namespace banyan::compare
