#include "core/config.hpp"

#include "core/util.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace shop::core {

Config& Config::instance() {
  static Config config;
  return config;
}

void Config::load_file(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const std::string text = trim(line.substr(0, line.find('#')));
    if (text.empty()) continue;
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      throw std::runtime_error(path + ":" + std::to_string(number) + ": expected 'key = value'");
    }
    set(trim(text.substr(0, equals)), trim(text.substr(equals + 1)));
  }
}

std::string Config::get(const std::string& key, const std::string& fallback) const {
  std::lock_guard lock(mutex_);
  const auto it = values_.find(key);
  return it == values_.end() ? fallback : it->second;
}

std::int64_t Config::get_int(const std::string& key, std::int64_t fallback) const {
  std::int64_t value = 0;
  return parse_int(get(key), value) ? value : fallback;
}

void Config::set(const std::string& key, const std::string& value) {
  std::lock_guard lock(mutex_);
  values_[key] = value;
}

std::string Config::env(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::string(value) : fallback;
}

}  // namespace shop::core
