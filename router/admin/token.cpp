#include "router/admin/token.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/stat.h>

namespace banyan::admin {
namespace {

// Nothing: no such file, or nobody is named in it.
std::vector<Credential> read_tokens(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  return parse_tokens(text.str(), file);
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

bool is_token_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

// What is wrong with it; empty: nothing.
std::string take_words(const std::vector<std::string>& words, Credential& out) {
  if (words.size() != 1 && words.size() != 3) return "expected SECRET, or NAME view|operate SECRET";
  out.secret = words.back();
  if (words.size() == 3) {
    out.name = words[0];
    if (!is_token_name(out.name)) return "a name has letters, digits, '-', '_' and '.', 64 at most";
    if (words[1] != "view" && words[1] != "operate") return "the role '" + words[1] + "' is neither view nor operate";
    out.role = words[1] == "view" ? Role::view : Role::operate;
  }
  if (out.secret.size() < shortest_secret)
    return "a secret has " + std::to_string(shortest_secret) + " characters or more";
  return {};
}

}  // namespace

std::string_view to_string(Role role) { return role == Role::view ? "view" : "operate"; }

std::vector<Credential> parse_tokens(std::string_view text, const std::string& file) {
  std::vector<Credential> all;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream split(line.substr(0, line.find('#')));
    std::vector<std::string> words;
    for (std::string word; split >> word;) words.push_back(word);
    if (words.empty()) continue;
    Credential credential;
    std::string wrong = take_words(words, credential);
    for (const Credential& other : all) {
      if (other.name == credential.name) wrong = "the name '" + credential.name + "' comes twice";
      if (other.secret == credential.secret) wrong = "this secret comes twice";
    }
    if (!wrong.empty()) throw std::runtime_error(file + ":" + std::to_string(number) + ": " + wrong);
    all.push_back(std::move(credential));
  }
  return all;
}

Access::Digest Access::digest(std::string_view secret) {
  Digest out;
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), out.data());
  return out;
}

Access::Access(const std::vector<Credential>& credentials) {
  for (const Credential& each : credentials) {
    entries_.push_back({{each.name, each.role}, digest(each.secret)});
    reading_needs_token_ = reading_needs_token_ || each.role == Role::view;
  }
}

std::optional<Access::Holder> Access::holder(std::string_view authorization) const {
  constexpr std::string_view bearer = "Bearer ";
  if (!authorization.starts_with(bearer)) return std::nullopt;
  const Digest given = digest(authorization.substr(bearer.size()));
  const Entry* found = nullptr;
  for (const Entry& entry : entries_)
    if (CRYPTO_memcmp(given.data(), entry.secret.data(), given.size()) == 0) found = &entry;
  if (!found) return std::nullopt;
  return found->holder;
}

std::optional<std::string> find_token(const std::string& state_path, const std::string& token_file) {
  if (const char* given = std::getenv("BANYAN_TOKEN"); given && *given) return std::string(given);
  const auto all = read_tokens(token_file.empty() ? state_path + ".token" : token_file);
  if (all.empty()) return std::nullopt;
  const auto acts = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.role == Role::operate; });
  return (acts == all.end() ? all.front() : *acts).secret;
}

Tokens load_or_make_tokens(const std::string& state_path, const std::string& token_file) {
  Tokens tokens;
  if (const char* given = std::getenv("BANYAN_TOKEN"); given && *given) {
    tokens.credentials = {{"", Role::operate, given}};
    return tokens;
  }
  tokens.file = token_file.empty() ? state_path + ".token" : token_file;
  tokens.credentials = read_tokens(tokens.file);
  if (!tokens.credentials.empty()) return tokens;
  if (!token_file.empty()) throw std::runtime_error("no admin token in " + token_file);
  tokens.credentials = {{"", Role::operate, make_token()}};
  tokens.fresh = true;
  write_token(tokens.file, tokens.credentials.front().secret);
  return tokens;
}

}  // namespace banyan::admin
