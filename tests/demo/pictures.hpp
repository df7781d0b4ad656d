// Pictures of the router's page while the demo goes on, light and dark, as PNG files; for --browser only. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tests/demo/world.hpp"

namespace banyan::browser {
class Chromium;
}

namespace banyan::demo {

class Pictures {
 public:
  // Off: take() does nothing. On: starts Chromium; throws std::runtime_error when there is none.
  explicit Pictures(bool on);
  ~Pictures();

  // DIR/page-NAME.png and DIR/page-NAME-dark.png
  void take(const World& world, const std::string& name);

 private:
  std::unique_ptr<browser::Chromium> browser_;
};

}  // namespace banyan::demo
