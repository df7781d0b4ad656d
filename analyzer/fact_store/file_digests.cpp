#include "analyzer/fact_store/file_digests.hpp"

#include <llvm/Support/BLAKE3.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/xxhash.h>

#include <sys/stat.h>

namespace banyan::fact_store {
namespace {

FileState stat_file(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_size,
          static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec,
          {}};
}

}  // namespace

std::int64_t file_id(const std::string& path) {
  return static_cast<std::int64_t>(llvm::xxh3_64bits(path) & 0x7fffffffffffffffULL);
}

std::string digest_bytes(std::string_view content) {
  llvm::BLAKE3 hash;
  hash.update(llvm::StringRef(content));
  const auto result = hash.final<16>();
  return {reinterpret_cast<const char*>(result.data()), result.size()};
}

void FileDigests::remember(const std::string& path, FileState state) {
  const std::lock_guard lock(mutex_);
  entries_[path] = {std::move(state), false};
}

FileState FileDigests::state(const std::string& path) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(path);
    if (found != entries_.end() && found->second.confirmed) return found->second.state;
  }
  FileState now = stat_file(path);  // outside the lock: may be slow
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[path];
    if (entry.state.size == now.size && entry.state.modified == now.modified && now.size >= 0) {
      entry.confirmed = true;
      return entry.state;
    }
  }
  if (now.size >= 0) {
    const auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (buffer) now.digest = digest_bytes(std::string_view(buffer.get()->getBuffer()));
  }
  const std::lock_guard lock(mutex_);
  entries_[path] = {now, true};
  return now;
}

std::map<std::string, FileState> FileDigests::known() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, FileState> out;
  for (const auto& [path, entry] : entries_) out.emplace(path, entry.state);
  return out;
}

}  // namespace banyan::fact_store
