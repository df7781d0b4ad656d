#include "extracted_services/service/spans.hpp"

#include "extracted_services/service/log.hpp"
#include "extracted_services/service/trace_id.hpp"
#include "router/tracing/exporter.hpp"

#include <unistd.h>

#include <memory>
#include <mutex>
#include <stdexcept>

namespace banyan::service::spans {
namespace {

struct Sink {
  explicit Sink(tracing::Options options)
      : exporter(std::move(options), [](bool error, const std::string& line) { error ? log::warn(line) : log::info(line); }),
        writer(&exporter) {}
  tracing::Exporter exporter;
  std::mutex mutex;
  tracing::Exporter::Writer writer;
};

// Set by start() and stop(), while there are no other threads.
std::unique_ptr<Sink> sink;

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string fault_of(const std::string& url) {
  std::string why;
  return telemetry::parse_collector(url, why) ? std::string() : "must be the URL of a collector: " + why;
}

void start(const std::string& url, const std::string& service, const std::string& version) {
  if (url.empty()) return;
  std::string why;
  const auto collector = telemetry::parse_collector(url, why);
  if (!collector) throw std::invalid_argument("--otlp " + url + ": " + why);
  tracing::Options options;
  options.collector = *collector;
  options.resource = {"banyan-" + service, version, std::to_string(::getpid())};
  sink = std::make_unique<Sink>(std::move(options));
}

void stop() { sink.reset(); }
std::string metrics() { return sink ? sink->exporter.prometheus("banyan_service") : std::string(); }
std::string problem() { return sink ? sink->exporter.problem() : std::string(); }

Span::Span(telemetry::SpanKind kind, std::string_view parent, std::string name, Clock::time_point begin)
    : kind_(kind), own_(parent), begin_(begin) {
  const auto inbound = sink ? telemetry::parse_traceparent(parent) : std::nullopt;
  recorded_ = inbound && (inbound->flags & 1) != 0;
  if (!recorded_) return;
  name_ = std::move(name);
  parent_id_ = inbound->parent_id;
  own_ = traceparent_of(parent);
}

Span Span::named(telemetry::SpanKind kind, std::string_view own, std::string_view parent, std::string name, Clock::time_point begin) {
  Span span;
  const auto named = sink ? telemetry::parse_traceparent(own) : std::nullopt;
  span.recorded_ = named && (named->flags & 1) != 0;
  if (!span.recorded_) return span;
  if (const auto above = telemetry::parse_traceparent(parent)) span.parent_id_ = above->parent_id;
  span.kind_ = kind;
  span.own_ = own;
  span.name_ = std::move(name);
  span.begin_ = begin;
  return span;
}

void Span::text(std::string_view key, std::string_view value) {
  if (recorded_) texts_.emplace_back(key, value);
}

void Span::number(std::string_view key, std::int64_t value) {
  if (recorded_) numbers_.emplace_back(key, value);
}

void Span::error(std::string_view type) {
  failed_ = true;
  text("error.type", type);
}

void Span::end() {
  if (!recorded_) return;
  telemetry::SpanHead head;
  head.trace_id = std::string_view(own_).substr(3, 32);
  head.span_id = std::string_view(own_).substr(36, 16);
  head.parent_id = parent_id_;
  head.parent_is_remote = kind_ == telemetry::SpanKind::server || kind_ == telemetry::SpanKind::consumer;
  head.name = name_;
  head.kind = kind_;
  head.end_ns = now_ns();
  head.start_ns = head.end_ns - std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin_).count();
  const std::lock_guard lock(sink->mutex);
  telemetry::SpanText span(sink->writer.text(), head);
  for (const auto& [key, value] : texts_) span.text(key, value);
  for (const auto& [key, value] : numbers_) span.number(key, value);
  span.end(failed_ ? telemetry::SpanStatus::error : telemetry::SpanStatus::unset);
  sink->writer.added();
  sink->writer.flush();
}

}  // namespace banyan::service::spans
