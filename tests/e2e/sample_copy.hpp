// A copy of the sample monolith that tests may change, mapped once; they go on where the one before has stopped.
#pragma once

#include <filesystem>

#include "tests/support/process.hpp"

namespace banyan::e2e {

class SampleCopy {
 public:
  static SampleCopy& instance();

  std::filesystem::path source() const { return dir_ / "shop"; }
  std::filesystem::path out() const { return dir_ / "out"; }
  const support::Output& first_map() const { return first_; }
  support::Output map(const std::string& more = "--progress=auto") const;  // one more argument

 private:
  SampleCopy();
  support::TempDir dir_;
  support::Output first_;
};

}  // namespace banyan::e2e
