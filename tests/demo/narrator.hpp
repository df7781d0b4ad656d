// What the demo says, and the table of checks it ends with. Plain text; colour only on a terminal, never the only sign.
// One thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::demo {

class Narrator {
 public:
  Narrator();
  void chapter(std::string_view title);
  void tell(std::string_view line) const;
  void detail(std::string_view line) const;  // indented, dimmed
  void check(std::string name, bool ok, std::string what_was_seen);
  // Prints every check with PASS or FAIL; true when all passed and there was at least one.
  bool table() const;

 private:
  struct Check {
    std::string name;
    bool ok;
    std::string seen;
  };
  std::string seconds() const;

  bool colour_;
  std::chrono::steady_clock::time_point start_;
  int chapters_ = 0;
  std::vector<Check> checks_;
};

}  // namespace banyan::demo
