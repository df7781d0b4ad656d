// Words and patience that the parts of Control share. Internal to admin/.
#pragma once

#include "router/admin/control.hpp"

#include <chrono>
#include <string>

namespace banyan::admin {

inline constexpr std::chrono::milliseconds command_patience{2000};
inline constexpr std::chrono::milliseconds rollback_patience{200};

// The command that takes a change back.
std::string reverse_of(const std::string& name, const cutover::State& before, const cutover::State& after);
ControlError journal_error(const cutover::JournalError& error);
ControlError unknown_cutover(const config::Config& config, const std::string& name);

}  // namespace banyan::admin
