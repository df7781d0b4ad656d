// What is left to check of a rule once its path has matched, in eight bytes: looking at a rule itself costs cache misses.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::matching {

struct Candidate {
  static constexpr std::uint32_t any_method = 0x7fffffff;
  std::uint32_t rank = 0xffffffff;
  std::uint32_t methods : 31 = 0;  // a bit for each method that some rule names; the last one stands for all others
  std::uint32_t beyond : 1 = 0;    // the rule asks for more (host, predicates): look at the rule
};

// Gives each method that rules name a bit. Methods beyond the thirtieth get none; their rules are looked at in full.
class MethodBits {
 public:
  // Adds what is new. 0 when there is no bit left for one of them.
  std::uint32_t learn(const std::vector<std::string>& methods) {
    std::uint32_t mask = methods.empty() ? Candidate::any_method : 0;
    for (const auto& method : methods) {
      const auto at = std::find(known_.begin(), known_.end(), method) - known_.begin();
      if (at == most) return 0;
      if (at == static_cast<std::ptrdiff_t>(known_.size())) known_.push_back(method);
      mask |= 1u << at;
    }
    return mask;
  }
  std::uint32_t bit(std::string_view method) const {
    for (std::size_t i = 0; i < known_.size(); ++i)
      if (known_[i] == method) return 1u << i;
    return 1u << most;
  }

 private:
  static constexpr int most = 30;
  std::vector<std::string> known_;
};

}  // namespace banyan::matching
