#include "router/config/reader.hpp"

#include "router/config/units.hpp"

#include <algorithm>
#include <sstream>
#include <tuple>

namespace banyan::config {

Context::Context(std::string_view text, std::string file) : file_(std::move(file)) {
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines_.push_back(std::move(line));
  }
}

std::string Context::line_text(std::uint32_t line) const {
  return line >= 1 && line <= lines_.size() ? lines_[line - 1] : std::string();
}

void Context::error(const Place& place, std::string message, std::string hint) {
  const std::string text = line_text(place.line);
  const std::uint32_t room =
      place.column <= text.size() ? static_cast<std::uint32_t>(text.size()) - place.column + 1 : 1;
  diagnostics_.push_back({file_, place.line, place.column, std::clamp(place.length, 1u, room),
                          std::move(message), std::move(hint), text});
}

void Context::expected(const Value& value, const std::string& what, std::string hint) {
  error(value.place, "expected " + what + ", found " + describe(value), std::move(hint));
}

std::vector<Diagnostic> Context::take() {
  std::sort(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column, a.message) < std::tie(b.line, b.column, b.message);
  });
  return std::move(diagnostics_);
}

Mapping::Mapping(Context& context, const Value& value, std::string path)
    : context_(context), value_(value), path_(std::move(path)) {
  if (!valid()) context_.expected(value, path_.empty() ? "a mapping" : "a mapping for '" + path_ + "'");
  check_keys();
}

Mapping::~Mapping() { report_unknown(); }

void Mapping::check_keys() {
  const auto& members = value_.members;
  std::vector<const Value*> seen;
  for (const Member& member : members) {
    if (member.key.kind != Value::Kind::scalar) {
      context_.expected(member.key, "a key");
      continue;
    }
    if (member.key.text == "<<" && !member.key.quoted)
      context_.error(member.key.place, "merge keys (<<) are not supported", "write the values out");
    const auto first = std::find_if(seen.begin(), seen.end(),
                                    [&](const Value* key) { return key->text == member.key.text; });
    if (first != seen.end())
      context_.error(member.key.place, "duplicate key '" + member.key.text + "' (first at " +
                                           std::to_string((*first)->place.line) + ":" +
                                           std::to_string((*first)->place.column) + ")");
    else
      seen.push_back(&member.key);
  }
}

void Mapping::report_unknown() {
  const std::string where = path_.empty() ? "" : " in '" + path_ + "'";
  for (const Member& member : value_.members) {
    const std::string& key = member.key.text;
    if (member.key.kind != Value::Kind::scalar || key == "<<") continue;
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    const std::string near = nearest(key, asked_);
    std::string known;
    for (const std::string& name : asked_) known += (known.empty() ? "" : ", ") + name;
    context_.error(member.key.place, "unknown key '" + key + "'" + where,
                   near.empty() ? "known here: " + known : "did you mean '" + near + "'?");
  }
}

const Value* Mapping::find(const std::string& key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.push_back(key);
  for (const Member& member : value_.members)
    if (member.key.kind == Value::Kind::scalar && member.key.text == key) return &member.value;
  return nullptr;
}

const Value* Mapping::require(const std::string& key, const std::string& what) {
  const Value* value = find(key);
  if (!value && valid())
    context_.error(value_.place, "missing key '" + key + "'" + (path_.empty() ? "" : " in '" + path_ + "'"),
                   "expected " + what);
  return value;
}

bool read(Context& context, const Value* value, std::string& out, const std::string& what) {
  if (!value) return false;
  if (value->kind != Value::Kind::scalar || value->text.empty()) {
    context.expected(*value, what);
    return false;
  }
  if (value->text.find("${") != std::string::npos) {
    context.error(value->place, "'${...}' is not replaced here",
                  "only cohort.salt and the values of static.tracing.otlp.headers may come from the environment");
    return false;
  }
  out = value->text;
  return true;
}

bool read(Context& context, const Value* value, bool& out) {
  if (!value) return false;
  const bool plain = value->kind == Value::Kind::scalar && !value->quoted;
  if (!plain || (value->text != "true" && value->text != "false")) {
    context.expected(*value, "true or false");
    return false;
  }
  out = value->text == "true";
  return true;
}

bool read(Context& context, const Value* value, milliseconds& out) {
  if (!value) return false;
  const auto parsed = value->kind == Value::Kind::scalar ? parse_duration(value->text) : std::nullopt;
  if (!parsed) {
    const bool bare = value->kind == Value::Kind::scalar && parse_number(value->text);
    context.expected(
        *value, "a duration with a unit",
        bare ? "such as " + value->text + "ms or " + value->text + "s" : "such as 500ms, 2s, 30m, 2h or 7d");
    return false;
  }
  out = *parsed;
  return true;
}

bool read(Context& context, const Value* value, Address& out, bool port_zero_allowed) {
  if (!value) return false;
  const bool scalar = value->kind == Value::Kind::scalar;
  const auto parsed = scalar ? parse_address(value->text) : std::nullopt;
  if (!parsed || (parsed->port == 0 && !port_zero_allowed)) {
    const bool url = scalar && value->text.find("://") != std::string::npos;
    context.expected(
        *value, "host:port",
        url ? "write it without '" + value->text.substr(0, value->text.find("://") + 3) + "' and path"
            : "such as 127.0.0.1:8081, orders.internal:80 or [::1]:8081");
    return false;
  }
  out = *parsed;
  return true;
}

bool read_size(Context& context, const Value* value, std::uint64_t& out) {
  if (!value) return false;
  const auto parsed = value->kind == Value::Kind::scalar ? parse_size(value->text) : std::nullopt;
  if (!parsed) {
    context.expected(*value, "a size with a unit", "such as 512B, 64KiB or 10MB");
    return false;
  }
  out = *parsed;
  return true;
}

bool read_count(Context& context, const Value* value, std::uint32_t& out, std::uint32_t least,
                std::uint32_t most) {
  if (!value) return false;
  const auto parsed = value->kind == Value::Kind::scalar ? parse_count(value->text) : std::nullopt;
  if (!parsed || *parsed < least || *parsed > most) {
    context.expected(*value, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return false;
  }
  out = static_cast<std::uint32_t>(*parsed);
  return true;
}

bool read_share(Context& context, const Value* value, double& out) {
  if (!value) return false;
  const auto parsed = value->kind == Value::Kind::scalar ? parse_share(value->text) : std::nullopt;
  if (!parsed) {
    context.expected(*value, "a percentage from 0% to 100%", "with its unit, such as 20%");
    return false;
  }
  out = *parsed;
  return true;
}

void each_item(const Value* value, const std::function<void(const Value&)>& take) {
  if (!value) return;
  if (value->kind != Value::Kind::sequence) return take(*value);
  for (const Value& item : value->items) take(item);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace banyan::config
