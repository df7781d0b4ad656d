// The secrets that the admin API asks for. STATE.token, readable by its owner only, holds one so that commands on the
// same machine need no ceremony; a token file may name several people or programs and what each may do.
// Blocks on the disk; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace banyan::admin {

enum class Role : std::uint8_t { view, operate };  // each may what stands before it
std::string_view to_string(Role role);

// A secret longer than this many characters is taken; a shorter one could be guessed.
inline constexpr std::size_t shortest_secret = 16;

struct Credential {
  std::string name;  // empty: the one token without a name; who acts is then what the caller says
  Role role = Role::operate;
  std::string secret;
};

// One credential a line: `SECRET`, or `NAME view|operate SECRET`; # begins a comment.
// Throws std::runtime_error with file:line when a line is something else, or a name or a secret comes twice.
std::vector<Credential> parse_tokens(std::string_view text, const std::string& file);

// Who a request is from. Knows digests of the secrets only.
class Access {
 public:
  explicit Access(const std::vector<Credential>& credentials);

  struct Holder {
    std::string name;
    Role role = Role::view;
  };
  // The value of an Authorization header. Takes the same time whichever secret fits, or none.
  std::optional<Holder> holder(std::string_view authorization) const;
  // Somebody was given a token that only reads: then reading asks for one.
  bool reading_needs_token() const { return reading_needs_token_; }

 private:
  using Digest = std::array<unsigned char, 32>;
  static Digest digest(std::string_view secret);
  struct Entry {
    Holder holder;
    Digest secret;
  };
  std::vector<Entry> entries_;
  bool reading_needs_token_ = false;
};

struct Tokens {
  std::vector<Credential> credentials;
  std::string file;    // empty when the one token came from the environment
  bool fresh = false;  // the one token was made just now
};

// BANYAN_TOKEN, else `token_file` when given, else STATE.token, which is made when it is missing.
// Throws std::runtime_error when there is none and none can be made.
Tokens load_or_make_tokens(const std::string& state_path, const std::string& token_file);
// The same places, for a command, which shows one secret: the first that may operate, else the first. Nothing is made.
std::optional<std::string> find_token(const std::string& state_path, const std::string& token_file);

}  // namespace banyan::admin
