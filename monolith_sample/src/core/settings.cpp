#include "core/settings.hpp"

#include "core/database.hpp"

namespace shop::core {

std::string setting(const std::string& key, const std::string& fallback) {
  Cursor row = Database::instance().select("SELECT value FROM settings WHERE key = ?", key);
  return row.next() ? row.text(0) : fallback;
}

void set_setting(const std::string& key, const std::string& value) {
  Database::instance().run("INSERT INTO settings (key, value) VALUES (?, ?) "
                           "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                           key, value);
}

}  // namespace shop::core
