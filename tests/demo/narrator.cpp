#include "tests/demo/narrator.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace banyan::demo {
namespace {

constexpr const char* bold = "\033[1m";
constexpr const char* dim = "\033[2m";
constexpr const char* green = "\033[32m";
constexpr const char* red = "\033[31m";
constexpr const char* plain = "\033[0m";

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

Narrator::Narrator()
    : colour_(isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr),
      start_(std::chrono::steady_clock::now()) {}

std::string Narrator::seconds() const {
  const auto elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  char text[16];
  std::snprintf(text, sizeof text, "%5.1fs", elapsed);
  return text;
}

void Narrator::chapter(std::string_view title) {
  ++chapters_;
  print("\n" + std::string(colour_ ? bold : "") + "[" + seconds() + "] " + std::to_string(chapters_) + ". " +
        std::string(title) + (colour_ ? plain : "") + "\n");
}

void Narrator::tell(std::string_view line) const { print("  " + std::string(line) + "\n"); }

void Narrator::detail(std::string_view line) const {
  print("    " + std::string(colour_ ? dim : "") + std::string(line) + (colour_ ? plain : "") + "\n");
}

void Narrator::check(std::string name, bool ok, std::string what_was_seen) {
  print("  " + std::string(colour_ ? (ok ? green : red) : "") + (ok ? "PASS" : "FAIL") + (colour_ ? plain : "") + "  " +
        name + ": " + what_was_seen + "\n");
  checks_.push_back({std::move(name), ok, std::move(what_was_seen)});
}

bool Narrator::table() const {
  std::size_t width = 0;
  for (const auto& check : checks_) width = std::max(width, check.name.size());
  print("\n  " + std::string(width + 8, '-') + "\n");
  for (const auto& check : checks_) {
    std::string name = check.name;
    name.resize(width, ' ');
    print("  " + std::string(colour_ ? (check.ok ? green : red) : "") + (check.ok ? "PASS" : "FAIL") +
          (colour_ ? plain : "") + "  " + name + "  " + check.seen + "\n");
  }
  const auto failed = std::count_if(checks_.begin(), checks_.end(), [](const Check& c) { return !c.ok; });
  print("\n  " + std::to_string(checks_.size() - static_cast<std::size_t>(failed)) + " of " +
        std::to_string(checks_.size()) + " checks passed in " + seconds() + ".\n");
  return failed == 0 && !checks_.empty();
}

}  // namespace banyan::demo
