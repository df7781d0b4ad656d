// Lines on stderr. SHOP_LOG=debug|info|warn|error|off chooses how many; default info.
#pragma once

#include <string>

namespace shop::core {

enum class LogLevel { debug, info, warn, error, off };

LogLevel log_level();
void set_log_level(LogLevel level);

void log_debug(const std::string& message);
void log_info(const std::string& message);
void log_warn(const std::string& message);
void log_error(const std::string& message);

}  // namespace shop::core
