// Verifying a journal file from its bytes, with a connection of its own. Reads only; blocks on the disk; any
// thread.
#pragma once

#include "router/cutover/journal.hpp"

#include <functional>
#include <string>

namespace banyan::cutover {

class SqliteFile;

JournalError to_error(const SqliteFile& db, int code, const std::string& path);

// What STATE.marker says; seq 0 when it cannot be read.
struct Marker {
  std::int64_t seq = 0;
  std::string hash;
};
std::string marker_path(const std::string& state);
std::string format_marker(const Marker& marker);
std::optional<Marker> read_marker(const std::string& state);

// Walks the chain on an open connection and hands each good record to `each`.
Audit walk(const SqliteFile& db, const std::string& path, const std::function<void(const Record&)>& each);

Audit audit_file(const std::string& path, std::chrono::milliseconds patience,
                 const std::function<void(const Record&)>& each = {});

// The newest record of a file opened elsewhere, without looking at the others.
std::optional<Record> newest_record(const SqliteFile& db);

}  // namespace banyan::cutover
