// The text a scrape gets: every family once, with HELP and TYPE, labels escaped.
#include "router/telemetry/metrics.hpp"

#include <cstdio>

namespace banyan::telemetry {
namespace {

std::string escaped(std::string_view label) {
  std::string out;
  for (char c : label) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    out += c;
  }
  return out;
}

void family(std::string& out, std::string_view name, std::string_view help, std::string_view type) {
  ((out += "# HELP ") += name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ").append(type) += '\n';
}

std::string labels_of(const SeriesSum& sum) {
  return "cutover=\"" + escaped(sum.cutover) + "\",side=\"" + escaped(sum.side) + '"';
}

std::string seconds(std::int64_t us) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%06lld", static_cast<long long>(us / 1'000'000),
                static_cast<long long>(us % 1'000'000));
  return text;
}

std::string bound_text(std::uint32_t us) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", us / 1e6);
  return text;
}

void put_requests(std::string& out, const std::vector<SeriesSum>& sums) {
  family(out, "banyan_router_requests_total", "Requests by cutover, side and class of the answer.", "counter");
  for (const auto& sum : sums)
    for (std::size_t i = 0; i < sum.answers.size(); ++i)
      if (sum.answers[i] != 0)
        out += "banyan_router_requests_total{" + labels_of(sum) + ",class=\"" +
               std::string(to_string(static_cast<AnswerClass>(i))) + "\"} " + std::to_string(sum.answers[i]) + '\n';
}

void put_own_answers(std::string& out, const std::vector<SeriesSum>& sums) {
  constexpr std::string_view name = "banyan_router_own_answers_total";
  family(out, name, "Answers the router made itself, by reason.", "counter");
  for (const auto& sum : sums)
    for (std::size_t i = 0; i < sum.own_answers.size(); ++i)
      if (sum.own_answers[i] != 0)
        out.append(name).append("{" + labels_of(sum) + ",reason=\"").append(own_answer_words[i]).append("\"} " + std::to_string(sum.own_answers[i]) + '\n');
}

template <class Sum>
void put_histogram(std::string& out, std::string_view name, const std::string& labels, const Sum& sum) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < sum.durations.size(); ++i) {
    count += sum.durations[i];
    const auto bound = i < duration_bounds_us.size() ? bound_text(duration_bounds_us[i]) : "+Inf";
    out.append(name).append("_bucket{" + labels + ",le=\"" + bound + "\"} " + std::to_string(count) + '\n');
  }
  out.append(name).append("_sum{" + labels + "} " + seconds(sum.duration_us) + '\n');
  out.append(name).append("_count{" + labels + "} " + std::to_string(count) + '\n');
}

void put_durations(std::string& out, const std::vector<SeriesSum>& sums) {
  constexpr std::string_view name = "banyan_router_request_duration_seconds";
  family(out, name, "From the last byte of a request's head to the last byte of its answer.", "histogram");
  for (const auto& sum : sums) put_histogram(out, name, labels_of(sum), sum);
}

std::string part_labels(const PartSum& sum) {
  return "aggregation=\"" + escaped(sum.aggregation) + "\",part=\"" + escaped(sum.part) + '"';
}

void put_parts(std::string& out, const std::vector<PartSum>& sums) {
  if (sums.empty()) return;
  constexpr std::string_view total = "banyan_router_parts_total", duration = "banyan_router_part_duration_seconds";
  family(out, total, "Parts of aggregations by what they came to.", "counter");
  for (const auto& sum : sums)
    for (std::size_t i = 0; i < sum.results.size(); ++i)
      if (sum.results[i] != 0)
        out.append(total).append("{" + part_labels(sum) + ",result=\"").append(part_results[i]).append("\"} " + std::to_string(sum.results[i]) + '\n');
  family(out, duration, "From the start of a part to the end of its answer.", "histogram");
  for (const auto& sum : sums) put_histogram(out, duration, part_labels(sum), sum);
}

void put_inflight(std::string& out, const std::vector<SeriesSum>& sums) {
  family(out, "banyan_router_inflight", "Requests being served.", "gauge");
  for (const auto& sum : sums)
    out += "banyan_router_inflight{" + labels_of(sum) + "} " + std::to_string(sum.inflight) + '\n';
}

struct EventFamily {
  Event event;
  std::string_view name, help, type;
};

constexpr EventFamily event_families[] = {
    {Event::connections_accepted, "banyan_router_connections_total", "Client connections accepted.", "counter"},
    {Event::connections_open, "banyan_router_connections_open", "Client connections open.", "gauge"},
    {Event::requests_refused, "banyan_router_requests_refused_total", "Requests refused before routing.", "counter"},
    {Event::upstream_connects, "banyan_router_upstream_connects_total", "Connections opened to upstreams.", "counter"},
    {Event::upstream_connect_failures, "banyan_router_upstream_connect_failures_total",
     "Connections to upstreams that could not be opened.", "counter"},
    {Event::upstream_reuses, "banyan_router_upstream_reuses_total", "Requests sent on a kept connection.", "counter"},
    {Event::bytes_from_clients, "banyan_router_client_received_bytes_total", "Bytes received from clients.", "counter"},
    {Event::bytes_to_clients, "banyan_router_client_sent_bytes_total", "Bytes sent to clients.", "counter"},
    {Event::tunnels, "banyan_router_tunnels_total", "Upgraded connections.", "counter"},
};

struct TlsResult {
  Event event;
  std::string_view side, result;
};

constexpr TlsResult tls_results[] = {
    {Event::tls_handshakes_full, "client", "full"},         {Event::tls_handshakes_resumed, "client", "resumed"},
    {Event::tls_handshakes_failed, "client", "failed"},     {Event::tls_handshakes_given_up, "client", "given_up"},
    {Event::upstream_tls_full, "upstream", "full"},         {Event::upstream_tls_resumed, "upstream", "resumed"},
    {Event::upstream_tls_failed, "upstream", "failed"},
};

}  // namespace

std::string Metrics::prometheus() const {
  std::string out;
  const auto all = sums();
  put_requests(out, all);
  put_own_answers(out, all);
  put_durations(out, all);
  put_inflight(out, all);
  put_parts(out, part_sums());
  for (const auto& entry : event_families) {
    family(out, entry.name, entry.help, entry.type);
    out.append(entry.name).append(" " + std::to_string(event_sum(entry.event)) + '\n');
  }
  family(out, "banyan_router_tls_handshakes_total", "TLS handshakes by peer and what they came to.", "counter");
  for (const auto& entry : tls_results)
    out.append("banyan_router_tls_handshakes_total{peer=\"").append(entry.side).append("\",result=\"").append(entry.result)
        .append("\"} " + std::to_string(event_sum(entry.event)) + '\n');
  family(out, "banyan_router_tls_client_failures_total", "TLS handshakes with clients that came to nothing, by reason.", "counter");
  for (const auto word : tls_failure_words)
    out.append("banyan_router_tls_client_failures_total{reason=\"").append(word).append("\"} " + std::to_string(tls_failure_sum(word)) + '\n');
  family(out, "banyan_router_shadow_total", "Shadow copies by what they came to.", "counter");
  for (const auto& [cutover, results] : shadow_sums())
    for (std::size_t i = 0; i < results.size(); ++i)
      out += "banyan_router_shadow_total{cutover=\"" + escaped(cutover) + "\",result=\"" +
             std::string(to_string(static_cast<ShadowResult>(i))) + "\"} " + std::to_string(results[i]) + '\n';
  return out;
}

}  // namespace banyan::telemetry
