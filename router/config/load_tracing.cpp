#include "router/config/loading.hpp"
#include "router/telemetry/baggage.hpp"

#include <algorithm>
#include <cstdlib>

namespace banyan::config {
namespace {

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

void load_headers(Context& context, const Value* value, OtlpSettings& out) {
  if (!value) return;
  if (value->kind != Value::Kind::mapping) return context.expected(*value, "a mapping of header names to texts");
  for (const Member& member : value->members) {
    std::string text;
    if (!resolve_secret(context, member.value, text)) continue;
    if (!telemetry::is_baggage_key(member.key.text))
      context.error(member.key.place, "'" + member.key.text + "' is no name of a header");
    else if (!is_field_value(text))
      context.error(member.value.place, "the value of '" + member.key.text + "' has characters that no header may have");
    else
      out.headers.emplace_back(member.key.text, std::move(text));
  }
}

void load_endpoint(Context& context, const Value* value, OtlpSettings& out) {
  std::string url, why;
  if (!value || !read(context, value, url, "the URL of a collector")) return;
  if (const auto collector = telemetry::parse_collector(url, why)) out.collector = *collector;
  else context.expected(*value, "the URL of a collector", why);
}

void load_otlp(Context& context, const Value* value, StaticSettings& out) {
  if (!value) return;
  Mapping keys(context, *value, "static.tracing.otlp");
  OtlpSettings& settings = out.otlp.emplace();
  load_endpoint(context, keys.require("endpoint", "the URL of a collector, such as http://127.0.0.1:4318"), settings);
  read_share(context, keys.find("ratio"), settings.ratio);
  read_count(context, keys.find("queue"), settings.queue, 128, 1'000'000);
  read(context, keys.find("interval"), settings.interval);
  read(context, keys.find("timeout"), settings.timeout);
  read(context, keys.find("service"), settings.service, "a name");
  load_headers(context, keys.find("headers"), settings);
}

}  // namespace

bool resolve_secret(Context& context, const Value& value, std::string& out) {
  if (!value.text.starts_with("${") || !value.text.ends_with('}'))
    return read(context, &value, out, "a text");
  const std::string name = value.text.substr(2, value.text.size() - 3);
  const char* found = std::getenv(name.c_str());
  if (!found || !*found) {
    context.error(value.place, "the environment variable '" + name + "' is not set");
    return false;
  }
  out = found;
  return true;
}

void load_tracing(Context& context, const Value* value, StaticSettings& out) {
  if (!value) return;
  Mapping section(context, *value, "static.tracing");
  load_otlp(context, section.find("otlp"), out);
  each_item(section.find("baggage"), [&](const Value& item) {
    std::string key;
    if (!read(context, &item, key, "the key of a baggage member")) return;
    if (telemetry::is_baggage_key(key)) out.baggage.push_back(std::move(key));
    else context.expected(item, "the key of a baggage member", "letters, digits and !#$%&'*+-.^_`|~");
  });
}

}  // namespace banyan::config
