#include "tests/demo/pictures.hpp"

#include <stdexcept>

#include "tests/browser/chromium.hpp"

namespace banyan::demo {

Pictures::Pictures(bool on) : browser_(on ? std::make_unique<browser::Chromium>() : nullptr) {}
Pictures::~Pictures() = default;

void Pictures::take(const World& world, const std::string& name) {
  if (!browser_) return;
  browser_->window(1280, 1600);
  browser_->media("screen", "light");
  browser_->open("about:blank");
  browser_->open("http://" + world.admin_address() + "/");
  if (!browser_->eventually("document.querySelector('.card') && document.getElementById('audit').children.length"))
    throw std::runtime_error("the router's page shows no cutover at " + world.admin_address());
  browser_->screenshot(world.file("page-" + name + ".png"));
  browser_->media("screen", "dark");
  browser_->screenshot(world.file("page-" + name + "-dark.png"));
}

}  // namespace banyan::demo
