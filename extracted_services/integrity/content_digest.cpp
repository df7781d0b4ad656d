#include "extracted_services/integrity/content_digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>

namespace banyan::integrity {
namespace {

constexpr std::string_view algorithm = "sha-256";

std::string base64_sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::array<unsigned char, 4 * (EVP_MAX_MD_SIZE / 3 + 1) + 1> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// What stands behind "sha-256=" in a dictionary (RFC 8941 3.2: the last one counts), without parameters. Neither
// a digest nor a preference holds a comma.
std::optional<std::string_view> value_in(std::string_view line) {
  std::optional<std::string_view> found;
  for (std::size_t begin = 0; begin <= line.size();) {
    const auto end = std::min(line.find(',', begin), line.size());
    auto member = trimmed(line.substr(begin, end - begin));
    begin = end + 1;
    member = trimmed(member.substr(0, member.find(';')));
    if (!member.starts_with(algorithm)) continue;
    member.remove_prefix(algorithm.size());
    if (member.empty() || member.front() == '=') found = member.substr(std::min<std::size_t>(1, member.size()));
  }
  return found;
}

// RFC 8941 4.2.7: the padding may be missing.
std::string_view unpadded(std::string_view base64) { return base64.substr(0, base64.find_last_not_of('=') + 1); }

}  // namespace

std::string content_digest(std::string_view body) { return std::string(algorithm) + "=:" + base64_sha256(body) + ":"; }

Match compare(std::string_view line, std::string_view body) {
  const auto value = value_in(line);
  if (!value) return Match::says_nothing;
  const bool is_bytes = value->size() >= 2 && value->front() == ':' && value->back() == ':';
  if (!is_bytes) return Match::different;
  const auto digest = base64_sha256(body);
  return unpadded(value->substr(1, value->size() - 2)) == unpadded(digest) ? Match::same : Match::different;
}

bool wants_digest(std::string_view line) {
  const auto value = value_in(line);
  return value && !value->empty() && *value != "0";
}

}  // namespace banyan::integrity
