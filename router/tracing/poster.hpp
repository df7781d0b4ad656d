// One kept connection to a collector, and one POST at a time on it. Belongs to one thread; hurry() may come from
// another. Nothing of Asio in this header.
#pragma once
#include "router/telemetry/collector.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace banyan::tracing {

class Poster {
 public:
  Poster(telemetry::Collector collector, std::vector<std::pair<std::string, std::string>> headers);
  ~Poster();

  // Connects when needed. An answer, or words about why there is none; never throws for what the peer does.
  telemetry::ExportReply post(const std::string& body, std::chrono::milliseconds timeout);
  // What is under way, or comes next, ends by then at the latest.
  void hurry(std::chrono::steady_clock::time_point end);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace banyan::tracing
