#include "extracted_services/service/log.hpp"

#include <boost/json/serialize.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>

namespace banyan::service::log {
namespace {

constexpr std::size_t queue_lines = 8192;

// Set once by start(), before other threads exist.
Format chosen_format = Format::human;
std::string service_name;

std::string timestamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  char text[40];
  const auto size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  const auto milli = std::to_string((now - seconds).count() + 1000).substr(1);
  return std::string(text, size) + "." + milli + "Z";
}

std::string json_line(std::string_view level, std::string_view message, const boost::json::object& fields) {
  boost::json::object line{
      {"time", timestamp()}, {"level", level}, {"service", service_name}, {"message", message}};
  for (const auto& [key, value] : fields) line[key] = value;
  return boost::json::serialize(line);
}

std::string human_line(std::string_view level, std::string_view message, const boost::json::object& fields) {
  std::string line = timestamp() + " " + std::string(level) + " " + std::string(message);
  for (const auto& [key, value] : fields) {
    line += " " + std::string(key) + "=";
    // Text is written as JSON too: a line break in a value must not start a new log line.
    line += boost::json::serialize(value);
  }
  return line;
}

void write(spdlog::level::level_enum level, std::string_view name, std::string_view message,
           const boost::json::object& fields) {
  if (!spdlog::should_log(level)) return;
  const auto line =
      chosen_format == Format::json ? json_line(name, message, fields) : human_line(name, message, fields);
  spdlog::log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void start(Format format, const std::string& level, const std::string& service) {
  chosen_format = format;
  service_name = service;
  spdlog::init_thread_pool(queue_lines, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::async_logger>(service, sink, spdlog::thread_pool(),
                                                       spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%v");
  spdlog::set_default_logger(logger);
  spdlog::set_level(spdlog::level::from_str(level));
}

void stop() { spdlog::shutdown(); }

void info(std::string_view message, const boost::json::object& fields) {
  write(spdlog::level::info, "info", message, fields);
}
void warn(std::string_view message, const boost::json::object& fields) {
  write(spdlog::level::warn, "warn", message, fields);
}
void error(std::string_view message, const boost::json::object& fields) {
  write(spdlog::level::err, "error", message, fields);
}

}  // namespace banyan::service::log
