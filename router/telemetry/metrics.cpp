#include "router/telemetry/metrics.hpp"

#include <algorithm>
#include <bit>

namespace banyan::telemetry {

std::string_view to_string(AnswerClass answer) {
  constexpr std::array<std::string_view, answer_classes> words = {"1xx", "2xx",    "3xx",       "4xx",
                                                                  "5xx", "router", "truncated", "client_gone"};
  return words[static_cast<std::size_t>(answer)];
}

std::string_view to_string(ShadowResult result) {
  constexpr std::array<std::string_view, shadow_results> words = {"equal", "different", "dropped", "failed"};
  return words[static_cast<std::size_t>(result)];
}

AnswerClass class_of(int status) {
  return static_cast<AnswerClass>(std::clamp(status / 100, 1, 5) - 1);
}

std::size_t fine_bucket(std::uint64_t us) {
  if (us < 16) return us;
  const auto octave = static_cast<std::size_t>(std::bit_width(us)) - 5;
  return std::min(fine_buckets - 1, 16 + octave * 16 + (us >> octave) - 16);
}

std::uint64_t fine_bucket_end_us(std::size_t bucket) {
  if (bucket < 16) return bucket + 1;
  const std::size_t octave = bucket / 16 - 1;
  return (bucket % 16 + 17) << octave;
}

namespace {

// The last stands for all that are not listed.
template <std::size_t n>
std::size_t place_of(const std::array<std::string_view, n>& words, std::string_view word) {
  return static_cast<std::size_t>(std::find(words.begin(), words.end() - 1, word) - words.begin());
}

}  // namespace

std::size_t own_answer(std::string_view word) { return place_of(own_answer_words, word); }

void Series::finish(AnswerClass answer, std::uint64_t us) {
  answers[static_cast<std::size_t>(answer)].add();
  const auto bound = std::lower_bound(duration_bounds_us.begin(), duration_bounds_us.end(), us);
  durations[static_cast<std::size_t>(bound - duration_bounds_us.begin())].add();
  fine[fine_bucket(us)].add();
  duration_us.add(static_cast<std::int64_t>(us));
}

void PartSeries::count(std::size_t result, std::uint64_t us) {
  results[result].add();
  const auto bound = std::lower_bound(duration_bounds_us.begin(), duration_bounds_us.end(), us);
  durations[static_cast<std::size_t>(bound - duration_bounds_us.begin())].add();
  duration_us.add(static_cast<std::int64_t>(us));
}

Series& Metrics::Worker::series(std::string_view cutover, std::string_view side) {
  std::lock_guard lock(mutex_);
  auto& slot = series_[{std::string(cutover), std::string(side)}];
  if (!slot) slot = std::make_unique<Series>();
  return *slot;
}

PartSeries& Metrics::Worker::part(std::string_view aggregation, std::string_view name) {
  std::lock_guard lock(mutex_);
  auto& slot = parts_[{std::string(aggregation), std::string(name)}];
  if (!slot) slot = std::make_unique<PartSeries>();
  return *slot;
}

void Metrics::Worker::count_tls_failure(std::string_view word) { tls_failures_[place_of(tls_failure_words, word)].add(); }

std::int64_t Metrics::tls_failure_sum(std::string_view word) const {
  const auto place = place_of(tls_failure_words, word);
  const std::lock_guard lock(mutex_);
  std::int64_t sum = 0;
  for (const auto& worker : workers_) sum += worker.tls_failures_[place].value();
  return sum;
}

Metrics::Worker& Metrics::add_worker() {
  std::lock_guard lock(mutex_);
  return workers_.emplace_back();
}

void Metrics::count_shadow(std::string_view cutover, ShadowResult result, std::int64_t n) {
  std::lock_guard lock(mutex_);
  auto found = shadow_.find(cutover);
  if (found == shadow_.end()) found = shadow_.emplace(std::string(cutover), std::array<std::int64_t, shadow_results>{}).first;
  found->second[static_cast<std::size_t>(result)] += n;
}

std::vector<SeriesSum> Metrics::sums() const {
  std::map<std::pair<std::string, std::string>, SeriesSum> sums;
  std::lock_guard lock(mutex_);
  for (const auto& worker : workers_) {
    std::lock_guard worker_lock(worker.mutex_);
    for (const auto& [key, series] : worker.series_) {
      auto& sum = sums[key];
      sum.cutover = key.first;
      sum.side = key.second;
      for (std::size_t i = 0; i < sum.answers.size(); ++i) sum.answers[i] += series->answers[i].value();
      for (std::size_t i = 0; i < sum.durations.size(); ++i) sum.durations[i] += series->durations[i].value();
      sum.fine.resize(fine_buckets);
      for (std::size_t i = 0; i < fine_buckets; ++i) sum.fine[i] += static_cast<std::uint64_t>(series->fine[i].value());
      sum.unreachable += series->unreachable.value();
      sum.duration_us += series->duration_us.value();
      sum.inflight += series->inflight.value();
      for (std::size_t i = 0; i < sum.own_answers.size(); ++i) sum.own_answers[i] += series->own_answers[i].value();
    }
  }
  std::vector<SeriesSum> all;
  for (auto& [key, sum] : sums) all.push_back(std::move(sum));
  return all;
}

std::vector<PartSum> Metrics::part_sums() const {
  std::map<std::pair<std::string, std::string>, PartSum> sums;
  std::lock_guard lock(mutex_);
  for (const auto& worker : workers_) {
    std::lock_guard worker_lock(worker.mutex_);
    for (const auto& [key, series] : worker.parts_) {
      auto& sum = sums[key];
      sum.aggregation = key.first;
      sum.part = key.second;
      for (std::size_t i = 0; i < sum.results.size(); ++i) sum.results[i] += series->results[i].value();
      for (std::size_t i = 0; i < sum.durations.size(); ++i) sum.durations[i] += series->durations[i].value();
      sum.duration_us += series->duration_us.value();
    }
  }
  std::vector<PartSum> all;
  for (auto& [key, sum] : sums) all.push_back(std::move(sum));
  return all;
}

std::int64_t Metrics::event_sum(Event event) const {
  std::lock_guard lock(mutex_);
  std::int64_t sum = 0;
  for (const auto& worker : workers_) sum += worker.events_[static_cast<std::size_t>(event)].value();
  return sum;
}

std::map<std::string, std::array<std::int64_t, shadow_results>> Metrics::shadow_sums() const {
  std::lock_guard lock(mutex_);
  return {shadow_.begin(), shadow_.end()};
}

}  // namespace banyan::telemetry
