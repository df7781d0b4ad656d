// Keys and fingerprints of units. Internal to fact_store/.
#pragma once

#include "analyzer/fact_store/store.hpp"

#include <llvm/Support/BLAKE3.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::fact_store {

inline constexpr std::size_t kDigestSize = 16;

std::string key_of(const Unit& unit);
std::vector<std::int64_t> unpack_ids(std::string_view bytes);

// Hashes what a unit depends on; the order of the files is theirs.
class Fingerprint {
 public:
  explicit Fingerprint(const Unit& unit);
  void main_time(std::int64_t modified) { number(modified); }
  void file(std::int64_t id, const std::string& digest);
  std::string finish();

 private:
  void number(std::int64_t value);
  llvm::BLAKE3 hash_;
};

}  // namespace banyan::fact_store
