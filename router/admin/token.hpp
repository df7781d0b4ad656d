// The secret that mutating calls need. Kept in STATE.token, readable by its owner only, so that commands on
// the same machine need no ceremony. Blocks on the disk; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace banyan::admin {

struct Token {
  std::string text;
  std::string file;    // empty when it came from the environment
  bool fresh = false;  // made just now
};

// BANYAN_TOKEN, else `token_file` when given, else STATE.token, which is made when it is missing.
// Throws std::runtime_error when there is none and none can be made.
Token load_or_make_token(const std::string& state_path, const std::string& token_file);
// The same places, for a command: nothing is made.
std::optional<std::string> find_token(const std::string& state_path, const std::string& token_file);

// Takes the same time wherever the texts differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace banyan::admin
