// What the service says while it runs, on stderr, through spdlog's background thread: a slow terminal must
// not hold up requests, so when its queue is full the oldest lines are dropped. Any thread.
#pragma once
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace banyan::service::log {

enum class Format { human, json };

// Once, before the first line; `level` is one of debug, info, warn, error, off.
void start(Format format, const std::string& level, const std::string& service);
// Writes out what is queued.
void stop();

// One line: `{"time":...,"level":"info","service":...,"message":...,<fields>}` or `<time> info message
// key=value ...`.
void info(std::string_view message, const boost::json::object& fields = {});
void warn(std::string_view message, const boost::json::object& fields = {});
void error(std::string_view message, const boost::json::object& fields = {});

}  // namespace banyan::service::log
