#include "router/compare/compare.hpp"

#include "router/compare/path.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace banyan::compare {
namespace {

namespace json = boost::json;

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

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

bool same_number(const json::value& a, const json::value& b) {
  if (a.is_double() || b.is_double()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_uint64() && b.is_uint64()) return a.get_uint64() == b.get_uint64();
  if (a.is_int64() && b.is_int64()) return a.get_int64() == b.get_int64();
  return false;  // uint64 is only used beyond int64's range
}

class Walk {
 public:
  Walk(const Rules& rules, std::size_t keep, Result& result) : keep_(keep), result_(result) {
    for (const auto& text : rules.ignore) ignore_.emplace_back(text);
    for (const auto& text : rules.unordered) unordered_.push_back(PathPattern(text).container());
    for (const auto& [text, bound] : rules.tolerance) tolerance_.emplace_back(PathPattern(text), bound);
  }

  void values(const json::value& a, const json::value& b) {
    if (ignored()) return;
    if (a.is_number() && b.is_number()) {
      if (!same_number(a, b) && !tolerated(a, b)) report(Kind::value, brief(a), brief(b));
    } else if (a.kind() != b.kind()) {
      report(Kind::type, brief(a), brief(b));
    } else if (a.is_object()) {
      objects(a.get_object(), b.get_object());
    } else if (a.is_array()) {
      any(unordered_) ? unordered_arrays(a.get_array(), b.get_array()) : arrays(a.get_array(), b.get_array());
    } else if (a != b) {
      report(Kind::value, brief(a), brief(b));
    }
  }

 private:
  bool any(const std::vector<PathPattern>& patterns) const {
    return std::any_of(patterns.begin(), patterns.end(), [this](const auto& p) { return p.matches(place_); });
  }
  bool ignored() const { return any(ignore_); }

  bool tolerated(const json::value& a, const json::value& b) const {
    for (const auto& [pattern, bound] : tolerance_) {
      const double x = a.to_number<double>(), y = b.to_number<double>();
      // 0.005 apart in decimal is a hair more in binary.
      const double slack = std::max(std::abs(x), std::abs(y)) * 1e-12;
      if (pattern.matches(place_) && std::abs(x - y) <= bound + slack) return true;
    }
    return false;
  }

  void report(Kind kind, std::string legacy, std::string fresh) {
    ++result_.total;
    result_.equal = false;
    if (result_.differences.size() < keep_)
      result_.differences.push_back({kind, render(place_), std::move(legacy), std::move(fresh)});
  }

  void at(Step step, auto&& act) {
    place_.push_back(step);
    act();
    place_.pop_back();
  }

  void objects(const json::object& a, const json::object& b) {
    for (const auto& [key, value] : a)
      at({false, 0, view(key)}, [&, &x = value, name = key] {
        if (const json::value* other = b.if_contains(name))
          values(x, *other);
        else if (!ignored())
          report(Kind::missing, brief(x), "");
      });
    for (const auto& [key, value] : b) {
      if (a.contains(key)) continue;
      at({false, 0, view(key)}, [&, &x = value] {
        if (!ignored()) report(Kind::added, "", brief(x));
      });
    }
  }

  void arrays(const json::array& a, const json::array& b) {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) at({true, i, {}}, [&] { values(a[i], b[i]); });
    for (std::size_t i = common; i < a.size(); ++i) lone(Kind::missing, i, a[i]);
    for (std::size_t i = common; i < b.size(); ++i) lone(Kind::added, i, b[i]);
  }

  void lone(Kind kind, std::size_t index, const json::value& value) {
    at({true, index, {}}, [&] {
      if (!ignored())
        report(kind, kind == Kind::missing ? brief(value) : "", kind == Kind::added ? brief(value) : "");
    });
  }

  bool same_element(const json::value& a, const json::value& b) {
    Result scratch;
    std::swap(scratch, result_);
    at({true, 0, {}}, [&] { values(a, b); });
    std::swap(scratch, result_);
    return scratch.equal;
  }

  // Pairs equal elements first; what is left over is compared in order.
  void unordered_arrays(const json::array& a, const json::array& b) {
    constexpr std::size_t most_pairs = 1'000'000;
    if (a.size() * b.size() > most_pairs) return arrays(a, b);
    std::vector<bool> taken(b.size());
    std::vector<std::size_t> left_a, left_b;
    for (std::size_t i = 0; i < a.size(); ++i) {
      std::size_t j = 0;
      while (j < b.size() && (taken[j] || !same_element(a[i], b[j]))) ++j;
      if (j < b.size())
        taken[j] = true;
      else
        left_a.push_back(i);
    }
    for (std::size_t j = 0; j < b.size(); ++j)
      if (!taken[j]) left_b.push_back(j);
    const std::size_t common = std::min(left_a.size(), left_b.size());
    for (std::size_t k = 0; k < common; ++k)
      at({true, left_a[k], {}}, [&] { values(a[left_a[k]], b[left_b[k]]); });
    for (std::size_t k = common; k < left_a.size(); ++k) lone(Kind::missing, left_a[k], a[left_a[k]]);
    for (std::size_t k = common; k < left_b.size(); ++k) lone(Kind::added, left_b[k], b[left_b[k]]);
  }

  std::vector<PathPattern> ignore_, unordered_;
  std::vector<std::pair<PathPattern, double>> tolerance_;
  std::vector<Step> place_;
  std::size_t keep_;
  Result& result_;
};

std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  std::string type(content_type);
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

bool looks_like_json(const Answer& answer) {
  const std::string type = media_type(answer.content_type);
  if (!type.empty()) return type == "application/json" || type.ends_with("+json") || type == "text/json";
  return answer.body.starts_with('{') || answer.body.starts_with('[');
}

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash;
}

bool parse(std::string_view body, json::value& out) {
  json::parse_options options;
  options.max_depth = 512;
  boost::system::error_code error;
  out = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  return !error;
}

void compare_bodies(const Answer& legacy, const Answer& fresh, const Rules& rules, std::size_t keep,
                    Result& result) {
  if (legacy.body == fresh.body) return;
  json::value a, b;
  if (looks_like_json(legacy) && looks_like_json(fresh) && parse(legacy.body, a) && parse(fresh.body, b)) {
    Walk(rules, keep, result).values(a, b);
    return;
  }
  const auto first =
      std::mismatch(legacy.body.begin(), legacy.body.end(), fresh.body.begin(), fresh.body.end()).first;
  const auto offset = static_cast<std::size_t>(first - legacy.body.begin());
  const auto around = [offset](std::string_view body) {
    return std::to_string(body.size()) + " bytes, at " + std::to_string(offset) + ": " +
           json::serialize(json::value(
               json::string_view(body.data() + offset, std::min<std::size_t>(body.size() - offset, 24))));
  };
  result.equal = false;
  ++result.total;
  result.differences.push_back({Kind::body, "", around(legacy.body), around(fresh.body)});
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::status:
      return "status";
    case Kind::content_type:
      return "content_type";
    case Kind::body:
      return "body";
    case Kind::value:
      return "value";
    case Kind::type:
      return "type";
    case Kind::missing:
      return "missing";
    case Kind::added:
      return "added";
  }
  return "?";
}

Result compare(const Answer& legacy, const Answer& fresh, const Rules& rules, std::size_t keep) {
  Result result;
  result.legacy_bytes = legacy.body.size();
  result.fresh_bytes = fresh.body.size();
  result.legacy_hash = fnv1a(legacy.body);
  result.fresh_hash = fnv1a(fresh.body);
  const auto differ = [&result](Kind kind, std::string a, std::string b) {
    result.equal = false;
    ++result.total;
    result.differences.push_back({kind, "", std::move(a), std::move(b)});
  };
  if (legacy.status != fresh.status)
    differ(Kind::status, std::to_string(legacy.status), std::to_string(fresh.status));
  if (media_type(legacy.content_type) != media_type(fresh.content_type))
    differ(Kind::content_type, std::string(legacy.content_type), std::string(fresh.content_type));
  compare_bodies(legacy, fresh, rules, keep, result);
  return result;
}

std::string summarize(const Result& result) {
  if (result.equal) return "equal";
  std::string text;
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(shown, result.differences.size()); ++i) {
    const Difference& d = result.differences[i];
    text += (i ? "; " : "") + (d.path.empty() ? std::string() : d.path + " ") +
            std::string(to_string(d.kind)) + " " + (d.legacy.empty() ? "-" : d.legacy) + " -> " +
            (d.fresh.empty() ? "-" : d.fresh);
  }
  if (result.total > shown) text += " (+" + std::to_string(result.total - shown) + " more)";
  return text;
}

}  // namespace banyan::compare
