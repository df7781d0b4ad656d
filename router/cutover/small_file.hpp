// A small file of a fixed size that is overwritten in place and synced, so that writing it needs no free
// block. Used where SQLite cannot help: when its file is locked or the disk is full. Any thread, one at a
// time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace banyan::cutover {

// Reads the whole file; empty optional when there is none or it cannot be read.
std::optional<std::string> read_small_file(const std::string& path);
// Makes sure `size` bytes exist on disk; false with errno set otherwise.
bool reserve_small_file(const std::string& path, std::size_t size);
// Overwrites from the start, pads with NUL up to the present size, fsyncs. False with errno set.
bool overwrite_small_file(const std::string& path, std::string_view bytes);

}  // namespace banyan::cutover
