// A service's database: one writer thread with group commit, a few readers, one file, migrated when opened.
//
// read() and write() may be called from any thread. A read submitted after a write's done has run sees that
// write.
#pragma once
#include "extracted_services/store/migrations.hpp"
#include "extracted_services/store/read_pool.hpp"
#include "extracted_services/store/write_queue.hpp"

#include <filesystem>
#include <string>

namespace banyan::store {

class Store {
 public:
  // `connection` comes from open_writer(file) and is already migrated.
  Store(const std::filesystem::path& file, std::unique_ptr<Connection> connection, std::size_t readers = 2);

  [[nodiscard]] bool read(Work work, Done done) { return readers_.submit(std::move(work), std::move(done)); }
  [[nodiscard]] bool write(Work work, Done done) { return writer_.submit(std::move(work), std::move(done)); }
  void watch_commits(std::function<void()> noticed) { writer_.watch_commits(std::move(noticed)); }
  // Readers first: the last connection to close must be the writer's, which then checkpoints the WAL away.
  void stop();
  WriteStats write_stats() const { return writer_.stats(); }
  std::size_t queued_writes() const { return writer_.queued(); }

 private:
  WriteQueue writer_;
  ReadPool readers_;
};

// Which SQLite runs and what protects the file, for the start-up log.
std::string engine_note();

}  // namespace banyan::store
