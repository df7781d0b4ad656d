// The one thread that writes: takes rows from a bounded queue, a batch a transaction.
#pragma once

#include "analyzer/fact_store/file_digests.hpp"
#include "analyzer/fact_store/sqlite.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

namespace banyan::fact_store {

struct Blob {
  std::string digest;
  std::string path;
  std::string data;
};

struct Row {
  std::string key;
  std::string main_file;
  std::string fingerprint;
  std::vector<std::string> files;
  std::vector<Blob> blobs;
  std::string errors;
  bool failed = false;
};

std::string pack_ids(const std::vector<std::string>& paths);
std::string pack_digests(const std::vector<Blob>& blobs);

class Writer {
 public:
  Writer(Connection& connection, FileDigests& digests);
  ~Writer();  // writes what is queued
  void put(Row row);
  void flush();

 private:
  void run();
  void write(std::vector<Row>& batch);
  void write_files(const Row& row);
  void rethrow();

  Connection& connection_;
  FileDigests& digests_;
  std::unordered_set<std::string> files_written_;
  std::unordered_set<std::string> blobs_written_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Row> queue_;
  std::exception_ptr error_;
  bool busy_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace banyan::fact_store
