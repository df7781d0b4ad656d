#pragma once
#include <string>

namespace depot::gate {

class Barrier {
 public:
  bool enter(const std::string& plate);
  int waiting() const { return waiting_; }

 private:
  int waiting_ = 0;
};

std::string sign(bool open);

}  // namespace depot::gate
