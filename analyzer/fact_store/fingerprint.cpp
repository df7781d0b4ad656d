#include "analyzer/fact_store/fingerprint.hpp"

#include "analyzer/facts/parse.hpp"

namespace banyan::fact_store {

std::string key_of(const Unit& unit) { return unit.main_file + "\n" + unit.digest; }

std::vector<std::int64_t> unpack_ids(std::string_view bytes) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t id = 0;
    for (std::size_t j = 8; j-- > 0;) id = (id << 8U) | static_cast<unsigned char>(bytes[i + j]);
    out.push_back(static_cast<std::int64_t>(id));
  }
  return out;
}

Fingerprint::Fingerprint(const Unit& unit) {
  static const std::string versions = facts::front_end_version() + "/" + std::to_string(kSchemaVersion) + "." +
                                      std::to_string(facts::kFactsVersion);
  hash_.update(versions);
  hash_.update(unit.digest);
}

void Fingerprint::file(std::int64_t id, const std::string& digest) {
  number(id);
  hash_.update(digest.empty() ? "gone" : digest);
}

std::string Fingerprint::finish() {
  const auto result = hash_.final<kDigestSize>();
  return {reinterpret_cast<const char*>(result.data()), result.size()};
}

void Fingerprint::number(std::int64_t value) { hash_.update(std::to_string(value) + ";"); }

}  // namespace banyan::fact_store
