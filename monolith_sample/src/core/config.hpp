// Settings of the process: command line, environment, shop.conf. A singleton that everybody asks.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace shop::core {

class Config {
 public:
  static Config& instance();

  // Reads `key = value` lines; a missing file is no error, a broken line is.
  void load_file(const std::string& path);

  std::string get(const std::string& key, const std::string& fallback = "") const;
  std::int64_t get_int(const std::string& key, std::int64_t fallback) const;
  void set(const std::string& key, const std::string& value);

  // SHOP_<KEY> of the environment, which wins over the file.
  static std::string env(const char* name, const std::string& fallback = "");

  std::string db_path() const { return get("db", "shop.db"); }
  std::string currency() const { return get("currency", "EUR"); }
  std::string manifest_path() const { return db_path() + ".manifest.csv"; }

 private:
  Config() = default;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> values_;
};

}  // namespace shop::core
