#include "router/cutover/cohort.hpp"

#include <openssl/evp.h>

#include <bit>
#include <cstring>

namespace banyan::cutover {
namespace {

// SipHash-2-4 over two pieces as if they were one, without joining them.
class SipHash {
 public:
  explicit SipHash(const SaltKey& key)
      : v0_(key[0] ^ 0x736f6d6570736575ull),
        v1_(key[1] ^ 0x646f72616e646f6dull),
        v2_(key[0] ^ 0x6c7967656e657261ull),
        v3_(key[1] ^ 0x7465646279746573ull) {}

  void add(std::string_view bytes) {
    total_ += bytes.size();
    for (const char c : bytes) {
      word_ |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << (8 * filled_);
      if (++filled_ == 8) flush();
    }
  }

  std::uint64_t finish() {
    word_ |= static_cast<std::uint64_t>(total_ & 0xff) << 56;
    flush();
    v2_ ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  void flush() {
    v3_ ^= word_;
    round();
    round();
    v0_ ^= word_;
    word_ = 0;
    filled_ = 0;
  }

  void round() {
    v0_ += v1_, v1_ = std::rotl(v1_, 13), v1_ ^= v0_, v0_ = std::rotl(v0_, 32);
    v2_ += v3_, v3_ = std::rotl(v3_, 16), v3_ ^= v2_;
    v0_ += v3_, v3_ = std::rotl(v3_, 21), v3_ ^= v0_;
    v2_ += v1_, v1_ = std::rotl(v1_, 17), v1_ ^= v2_, v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
  std::uint64_t word_ = 0;
  unsigned filled_ = 0;
  std::size_t total_ = 0;
};

std::uint64_t little_endian(const unsigned char* bytes) {
  std::uint64_t word = 0;
  for (int i = 7; i >= 0; --i) word = (word << 8) | bytes[i];
  return word;
}

}  // namespace

SaltKey salt_key(std::string_view salt) {
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  EVP_Digest(salt.data(), salt.size(), digest, nullptr, EVP_sha256(), nullptr);
  return {little_endian(digest), little_endian(digest + 8)};
}

std::uint64_t siphash24(const SaltKey& key, std::string_view first, std::string_view second) {
  SipHash hash(key);
  hash.add(first);
  hash.add(second);
  return hash.finish();
}

std::uint32_t bucket(const SaltKey& salt, std::string_view prefix, std::string_view cohort_key) {
  return static_cast<std::uint32_t>(siphash24(salt, prefix, cohort_key) % bucket_count);
}

}  // namespace banyan::cutover
