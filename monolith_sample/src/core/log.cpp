#include "core/log.hpp"

#include "core/config.hpp"

#include <atomic>
#include <cstdio>

namespace shop::core {
namespace {

LogLevel level_from_environment() {
  const std::string name = Config::env("SHOP_LOG", "info");
  if (name == "debug") return LogLevel::debug;
  if (name == "warn") return LogLevel::warn;
  if (name == "error") return LogLevel::error;
  if (name == "off") return LogLevel::off;
  return LogLevel::info;
}

std::atomic<LogLevel>& current_level() {
  static std::atomic<LogLevel> level = level_from_environment();
  return level;
}

void write_line(LogLevel level, const char* name, const std::string& message) {
  if (level < current_level().load(std::memory_order_relaxed)) return;
  std::fprintf(stderr, "[%s] %s\n", name, message.c_str());
}

}  // namespace

LogLevel log_level() { return current_level(); }
void set_log_level(LogLevel level) { current_level() = level; }

void log_debug(const std::string& message) { write_line(LogLevel::debug, "debug", message); }
void log_info(const std::string& message) { write_line(LogLevel::info, "info", message); }
void log_warn(const std::string& message) { write_line(LogLevel::warn, "warn", message); }
void log_error(const std::string& message) { write_line(LogLevel::error, "error", message); }

}  // namespace shop::core
