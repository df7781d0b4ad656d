#include "router/compare/compare.hpp"

#include "router/compare/walk.hpp"

#include <algorithm>

namespace banyan::compare {
namespace {

std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  std::string type(content_type);
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

std::string hex(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) text[i] = digits[value & 15];
  return text;
}

bool parse(std::string_view body, json::value& out) {
  json::parse_options options;
  options.max_depth = 512;
  boost::system::error_code error;
  out = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  return !error;
}

// Two sides of a body that is no JSON: size, hash, and where they part.
void report_body(const Answer& legacy, const Answer& fresh, bool secret, Result& result) {
  constexpr std::size_t most_text = 64 * 1024;
  const auto first =
      std::mismatch(legacy.body.begin(), legacy.body.end(), fresh.body.begin(), fresh.body.end()).first;
  const auto offset = static_cast<std::size_t>(first - legacy.body.begin());
  const auto around = [offset, secret](std::string_view body) {
    std::string text = std::to_string(body.size()) + " bytes, hash " + hex(fnv1a(body));
    if (secret) return text;
    return text + ", at " + std::to_string(offset) + ": " +
           json::serialize(json::value(
               json::string_view(body.data() + offset, std::min<std::size_t>(body.size() - offset, 24))));
  };
  const auto value = [](std::string_view body) {
    Value out{Value::Type::text, false, 0, std::string(body.substr(0, most_text))};
    if (body.size() > most_text) out.text += " " + std::to_string(fnv1a(body));
    return out;
  };
  Difference out{Kind::body, "", around(legacy.body), around(fresh.body), "body"};
  out.before = value(legacy.body);
  out.after = value(fresh.body);
  result.equal = false;
  ++result.total;
  result.differences.push_back(std::move(out));
}

void compare_bodies(const Answer& legacy, const Answer& fresh, const Rules& rules, std::size_t keep,
                    Result& result) {
  if (legacy.body == fresh.body) return;
  json::value a, b;
  if (looks_like_json(legacy) && looks_like_json(fresh) && parse(legacy.body, a) && parse(fresh.body, b)) {
    Walk(rules, keep, result).values(a, b);
    return;
  }
  report_body(legacy, fresh, !rules.redact.empty(), result);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// What says nothing about the content, or is said elsewhere.
bool about_the_hop(const std::string& name) {
  static const std::vector<std::string> names = {
      "age",        "connection",   "content-length", "content-type", "date",        "etag",
      "keep-alive",  // an entity tag is opaque: two programs never make the same one
      "server",     "server-timing", "te",            "trailer",      "traceparent", "tracestate",
      "transfer-encoding", "upgrade", "via",           "x-powered-by"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

using HeaderMap = std::map<std::string, std::string>;  // lines of one name together

HeaderMap headers_of(const Answer& answer, const Rules& rules) {
  HeaderMap out;
  for (const Header& header : answer.headers) {
    const std::string name = lower(header.name);
    const auto same = [&name](const std::string& other) { return lower(other) == name; };
    if (about_the_hop(name) || std::any_of(rules.ignore_headers.begin(), rules.ignore_headers.end(), same))
      continue;
    auto [place, fresh] = out.try_emplace(name, header.value);
    if (!fresh) place->second.append("\n").append(header.value);
  }
  return out;
}

void compare_headers(const Answer& legacy, const Answer& fresh, const Rules& rules, Result& result) {
  const HeaderMap a = headers_of(legacy, rules), b = headers_of(fresh, rules);
  const auto report = [&](const std::string& name, const std::string* x, const std::string* y) {
    Difference out{Kind::header, "header:" + name, x ? shorten(*x) : "", y ? shorten(*y) : "", "header:" + name};
    out.redacted = std::any_of(rules.redact.begin(), rules.redact.end(),
                               [&](const std::string& rule) { return lower(rule) == "header:" + name; });
    if (x) out.before = {Value::Type::text, false, 0, *x};
    if (y) out.after = {Value::Type::text, false, 0, *y};
    if (out.redacted) out.legacy = x ? "(redacted)" : "", out.fresh = y ? "(redacted)" : "";
    result.equal = false;
    ++result.total;
    result.differences.push_back(std::move(out));
  };
  for (const auto& [name, value] : a) {
    const auto other = b.find(name);
    if (other == b.end()) report(name, &value, nullptr);
    else if (other->second != value) report(name, &value, &other->second);
  }
  for (const auto& [name, value] : b)
    if (!a.contains(name)) report(name, nullptr, &value);
}

}  // namespace

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return hash;
}

bool looks_like_json(const Answer& answer) {
  const std::string type = media_type(answer.content_type);
  if (!type.empty()) return type == "application/json" || type.ends_with("+json") || type == "text/json";
  return answer.body.starts_with('{') || answer.body.starts_with('[');
}

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::status:
      return "status";
    case Kind::header:
      return "header";
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
    case Kind::order:
      return "order";
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
    Difference out{kind, "", a, b, std::string(to_string(kind))};
    out.before = {Value::Type::text, false, 0, std::move(a)};
    out.after = {Value::Type::text, false, 0, std::move(b)};
    result.differences.push_back(std::move(out));
  };
  if (legacy.status != fresh.status)
    differ(Kind::status, std::to_string(legacy.status), std::to_string(fresh.status));
  if (media_type(legacy.content_type) != media_type(fresh.content_type))
    differ(Kind::content_type, std::string(legacy.content_type), std::string(fresh.content_type));
  if (!legacy.headers.empty() || !fresh.headers.empty()) compare_headers(legacy, fresh, rules, result);
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
