#include "extracted_services/service/metrics.hpp"

namespace banyan::service {
namespace {

std::string seconds(std::int64_t micros) {
  const std::string fraction = std::to_string(micros % 1'000'000 + 1'000'000).substr(1);
  return std::to_string(micros / 1'000'000) + "." + fraction;
}

std::string one(std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
  std::string text;
  ((text += "# HELP ") += name) += " ";
  ((text += help) += "\n# TYPE ") += name;
  ((text += " ") += type) += "\n";
  ((text += name) += " ") += std::to_string(value) + "\n";
  return text;
}

}  // namespace

void Metrics::end(std::string_view operation, int status, std::chrono::steady_clock::duration took,
                  bool replayed) {
  --in_flight_;
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(operation), status}];
  if (replayed) ++replayed_;
  auto& durations = durations_[std::string(operation)];
  ++durations.count;
  durations.sum_us += micros;
  for (std::size_t i = 0; i < bounds_us.size(); ++i)
    if (micros <= bounds_us[i]) ++durations.below[i];
}

void Metrics::refused(int status) {
  const std::lock_guard lock(mutex_);
  ++refused_[status];
}

std::string Metrics::text(const store::WriteStats& writes, std::size_t queued, bool draining) const {
  const std::lock_guard lock(mutex_);
  std::string text =
      "# HELP banyan_service_requests_total Answered requests by declared operation.\n"
      "# TYPE banyan_service_requests_total counter\n";
  for (const auto& [labels, count] : requests_)
    text += "banyan_service_requests_total{operation=\"" + labels.first + "\",status=\"" +
            std::to_string(labels.second) + "\"} " + std::to_string(count) + "\n";
  text += durations_text();
  text +=
      "# HELP banyan_service_refused_total Requests that could not be read.\n"
      "# TYPE banyan_service_refused_total counter\n";
  for (const auto& [status, count] : refused_)
    text += "banyan_service_refused_total{status=\"" + std::to_string(status) + "\"} " +
            std::to_string(count) + "\n";
  text += one("banyan_service_in_flight", "gauge", "Requests being worked on.",
              static_cast<std::uint64_t>(in_flight_.load()));
  text +=
      one("banyan_service_replayed_total", "counter", "Retries answered from a stored answer.", replayed_);
  text += one("banyan_service_draining", "gauge", "1 while the process finishes its last requests.",
              draining ? 1 : 0);
  text +=
      one("banyan_store_commits_total", "counter", "Transactions on disk; one fsync each.", writes.commits);
  text += one("banyan_store_writes_total", "counter", "Writes in those transactions.", writes.writes);
  text += one("banyan_store_failed_writes_total", "counter", "Writes that were rolled back.", writes.failed);
  text += one("banyan_store_queued_writes", "gauge", "Writes waiting for the database thread.", queued);
  return text;
}

std::string Metrics::durations_text() const {
  std::string text =
      "# HELP banyan_service_request_seconds Time from a whole request to its response.\n"
      "# TYPE banyan_service_request_seconds histogram\n";
  for (const auto& [operation, durations] : durations_) {
    const std::string label = "{operation=\"" + operation + "\"";
    for (std::size_t i = 0; i < bounds_us.size(); ++i)
      text += "banyan_service_request_seconds_bucket" + label + ",le=\"" + seconds(bounds_us[i]) + "\"} " +
              std::to_string(durations.below[i]) + "\n";
    const std::string count = std::to_string(durations.count);
    text += "banyan_service_request_seconds_bucket" + label + ",le=\"+Inf\"} " + count + "\n";
    text += "banyan_service_request_seconds_sum" + label + "} " + seconds(durations.sum_us) + "\n";
    text += "banyan_service_request_seconds_count" + label + "} " + count + "\n";
  }
  return text;
}

}  // namespace banyan::service
