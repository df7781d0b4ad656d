#include "analyzer/fact_store/writer.hpp"

#include <utility>

namespace banyan::fact_store {
namespace {

constexpr std::size_t kQueue = 64;
constexpr std::size_t kBatch = 32;

}  // namespace

std::string pack_ids(const std::vector<std::string>& paths) {
  std::string out;
  out.reserve(paths.size() * 8);
  for (const std::string& path : paths) {
    auto id = static_cast<std::uint64_t>(file_id(path));
    for (int i = 0; i < 8; ++i, id >>= 8U) out += static_cast<char>(id & 0xffU);
  }
  return out;
}

std::string pack_digests(const std::vector<Blob>& blobs) {
  std::string out;
  for (const Blob& blob : blobs) out += blob.digest;
  return out;
}

Writer::Writer(Connection& connection, FileDigests& digests)
    : connection_(connection), digests_(digests), thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Writer::rethrow() {
  if (error_) std::rethrow_exception(error_);
}

void Writer::put(Row row) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return queue_.size() < kQueue || error_; });
  rethrow();
  queue_.push_back(std::move(row));
  lock.unlock();
  changed_.notify_all();
}

void Writer::flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return (queue_.empty() && !busy_) || error_; });
  rethrow();
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return !queue_.empty() || stop_; });
    if (queue_.empty()) return;
    std::vector<Row> batch;
    while (!queue_.empty() && batch.size() < kBatch) {
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    busy_ = true;
    lock.unlock();
    changed_.notify_all();
    std::exception_ptr error;
    try {
      write(batch);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    busy_ = false;
    if (error) {
      error_ = error;
      queue_.clear();
    }
    changed_.notify_all();
  }
}

void Writer::write_files(const Row& row) {
  Statement file(connection_, "INSERT OR REPLACE INTO fact_file VALUES(?,?,?,?,?)");
  for (const std::string& path : row.files) {
    if (!files_written_.insert(path).second) continue;
    const FileState state = digests_.state(path);
    file.bind(1, file_id(path))
        .bind_text(2, path)
        .bind(3, state.size)
        .bind(4, state.modified)
        .bind_blob(5, state.digest);
    file.run();
  }
}

void Writer::write(std::vector<Row>& batch) {
  connection_.execute("BEGIN IMMEDIATE");
  Statement blob(connection_, "INSERT OR IGNORE INTO fact_blob VALUES(?,?,?)");
  Statement unit(connection_, "INSERT OR REPLACE INTO fact_unit VALUES(?,?,?,?,?,?,?)");
  for (Row& row : batch) {
    write_files(row);
    for (const Blob& one : row.blobs) {
      if (!blobs_written_.insert(one.digest).second) continue;
      blob.bind_blob(1, one.digest).bind_text(2, one.path).bind_blob(3, one.data);
      blob.run();
    }
    unit.bind_text(1, row.key).bind_text(2, row.main_file).bind_blob(3, row.fingerprint);
    unit.bind_blob(4, pack_ids(row.files)).bind_blob(5, pack_digests(row.blobs)).bind_blob(6, row.errors);
    unit.bind(7, row.failed ? 1 : 0);
    unit.run();
  }
  connection_.execute("COMMIT");
}

}  // namespace banyan::fact_store
