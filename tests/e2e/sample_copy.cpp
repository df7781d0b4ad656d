#include "tests/e2e/sample_copy.hpp"

#include <stdexcept>

namespace banyan::e2e {

SampleCopy& SampleCopy::instance() {
  static SampleCopy copy;
  return copy;
}

SampleCopy::SampleCopy() {
  std::filesystem::copy(BANYAN_SOURCE_DIR "/monolith_sample", source(), std::filesystem::copy_options::recursive);
  const auto configured = support::run({"cmake", "-G", "Ninja", "-S", source(), "-B", dir_ / "build", "-DSHOP_TESTS=OFF"});
  if (configured.exit_code != 0) throw std::runtime_error("cmake of the sample: " + configured.err);
  first_ = map();
}

support::Output SampleCopy::map(const std::string& more) const {
  return support::run({BANYAN_BINARY_DIR "/bin/banyan-analyze", "map", "-p", dir_ / "build", "--root", source(), "-o", out(), more},
                      std::chrono::minutes(10));
}

}  // namespace banyan::e2e
