#include "router/admin/token.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>

namespace banyan::admin {
namespace {

std::optional<std::string> read_token(const std::string& file) {
  std::ifstream stream(file);
  std::string text;
  if (!(stream >> text) || text.size() < 16) return std::nullopt;
  return text;
}

std::string make_token() {
  unsigned char bytes[24];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("no random numbers for the admin token");
  std::string text;
  for (const unsigned char byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

void write_token(const std::string& file, const std::string& text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string line = text + "\n";
  const bool good = fd >= 0 && ::fchmod(fd, 0600) == 0 &&
                    ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (!good)
    throw std::runtime_error("cannot write the admin token to " + file + ": " + std::strerror(error));
}

}  // namespace

std::optional<std::string> find_token(const std::string& state_path, const std::string& token_file) {
  if (const char* given = std::getenv("BANYAN_TOKEN"); given && *given) return std::string(given);
  return read_token(token_file.empty() ? state_path + ".token" : token_file);
}

Token load_or_make_token(const std::string& state_path, const std::string& token_file) {
  Token token;
  const char* given = std::getenv("BANYAN_TOKEN");
  if (!given || !*given) token.file = token_file.empty() ? state_path + ".token" : token_file;
  if (auto found = find_token(state_path, token_file)) {
    token.text = std::move(*found);
    return token;
  }
  if (!token_file.empty())
    throw std::runtime_error("no usable admin token in " + token_file + " (16 characters or more)");
  token.text = make_token();
  token.fresh = true;
  write_token(token.file, token.text);
  return token;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace banyan::admin
