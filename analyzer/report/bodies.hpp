// What the page shows only when it is asked: pieces of HTML, kept out of the document until then.
#pragma once

#include <string>
#include <vector>

namespace banyan::report {

class Bodies {
 public:
  // The number that the page's script finds it by.
  std::size_t add(std::string html) {
    all_.push_back(std::move(html));
    return all_.size() - 1;
  }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

}  // namespace banyan::report
