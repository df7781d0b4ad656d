#include "tests/extracted_services/events/crash_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <random>

namespace banyan::events_test {
namespace {

constexpr std::size_t shm_region = 32 * 1024;

// "x/shop.db-wal" belongs to the process of "x/shop.db".
std::string process_of(std::string_view path) {
  for (const std::string_view suffix : {"-wal", "-shm", "-journal"})
    if (path.ends_with(suffix)) path.remove_suffix(suffix.size());
  return std::string(path);
}

struct OpenFile {
  sqlite3_file base;
  CrashVfs* vfs;
  std::shared_ptr<CrashVfs::File>* file;
  bool temporary;
};

OpenFile& self(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
CrashVfs::File& data(sqlite3_file* file) { return **self(file).file; }
bool may_act(sqlite3_file* file) { return self(file).temporary || self(file).vfs->may_act(data(file).path); }

int close_file(sqlite3_file* file) {
  delete self(file).file;
  self(file).file = nullptr;
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  const auto& bytes = data(file).current;
  const auto have = std::clamp<sqlite3_int64>(static_cast<sqlite3_int64>(bytes.size()) - offset, 0, size);
  if (have > 0) std::memcpy(into, bytes.data() + offset, static_cast<std::size_t>(have));
  if (have == size) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + have, 0, static_cast<std::size_t>(size - have));
  return SQLITE_IOERR_SHORT_READ;
}

void apply_change(std::vector<char>& bytes, const CrashVfs::File::Change& change) {
  if (change.offset < 0) return bytes.resize(change.size);
  const auto end = static_cast<std::size_t>(change.offset) + change.bytes.size();
  if (bytes.size() < end) bytes.resize(end);
  std::copy(change.bytes.begin(), change.bytes.end(), bytes.begin() + change.offset);
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  if (!may_act(file)) return SQLITE_IOERR_WRITE;
  const auto* bytes = static_cast<const char*>(from);
  data(file).unsynced.push_back({offset, std::vector<char>(bytes, bytes + size)});
  apply_change(data(file).current, data(file).unsynced.back());
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (!may_act(file)) return SQLITE_IOERR_TRUNCATE;
  data(file).unsynced.push_back({-1, {}, static_cast<std::size_t>(size)});
  apply_change(data(file).current, data(file).unsynced.back());
  return SQLITE_OK;
}

int sync_file(sqlite3_file* file, int) {
  if (!may_act(file)) return SQLITE_IOERR_FSYNC;
  for (const auto& change : data(file).unsynced) apply_change(data(file).durable, change);
  data(file).unsynced.clear();
  return SQLITE_OK;
}

int size_of(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(data(file).current.size());
  return SQLITE_OK;
}

// One connection a file: there is nobody to lock out.
int lock(sqlite3_file*, int) { return SQLITE_OK; }
int check_lock(sqlite3_file*, int* held) {
  *held = 0;
  return SQLITE_OK;
}
int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return 0; }

int shm_map(sqlite3_file* file, int region, int, int extend, void volatile** memory) {
  auto& regions = data(file).shared_memory;
  *memory = nullptr;
  if (static_cast<std::size_t>(region) >= regions.size() && !extend) return SQLITE_OK;
  while (regions.size() <= static_cast<std::size_t>(region))
    regions.push_back(std::make_unique<char[]>(shm_region));
  *memory = regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}
int shm_lock(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void shm_barrier(sqlite3_file*) {}
int shm_unmap(sqlite3_file* file, int remove) {
  if (remove) data(file).shared_memory.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods methods = {2,           close_file,   read_file, write_file, truncate_file,
                                    sync_file,   size_of,      lock,      lock,       check_lock,
                                    control,     sector_size,  characteristics, shm_map, shm_lock,
                                    shm_barrier, shm_unmap,    nullptr,   nullptr};

CrashVfs& of(sqlite3_vfs* vfs) { return *static_cast<CrashVfs*>(vfs->pAppData); }

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& opened = self(file);
  opened.temporary = name == nullptr;
  opened.vfs = &of(vfs);
  opened.file = new std::shared_ptr<CrashVfs::File>(
      name ? of(vfs).open(name, (flags & SQLITE_OPEN_CREATE) != 0) : std::make_shared<CrashVfs::File>());
  opened.base.pMethods = nullptr;
  if (!*opened.file) {
    delete opened.file;
    return SQLITE_CANTOPEN;
  }
  opened.base.pMethods = &methods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
  if (!of(vfs).exists(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!of(vfs).may_act(name)) return SQLITE_IOERR_DELETE;
  of(vfs).remove(name);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* result) {
  *result = of(vfs).exists(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

}  // namespace

struct CrashVfs::Registration {
  sqlite3_vfs* real;
  sqlite3_vfs ours;
};

CrashVfs::CrashVfs() : registration_(std::make_unique<Registration>()) {
  registration_->real = sqlite3_vfs_find(nullptr);
  auto& ours = registration_->ours;
  ours = *registration_->real;  // randomness, time, sleep
  ours.szOsFile = sizeof(OpenFile);
  ours.zName = "crash";
  ours.pAppData = this;
  ours.xOpen = open_file;
  ours.xDelete = delete_file;
  ours.xAccess = access_file;
  ours.xFullPathname = full_name;
  sqlite3_vfs_register(&ours, 1);
}

CrashVfs::~CrashVfs() {
  sqlite3_vfs_register(registration_->real, 1);
  sqlite3_vfs_unregister(&registration_->ours);
}

void CrashVfs::arm(std::uint64_t n, Loss loss) {
  operations_ = 0;
  die_at_ = n;
  loss_ = loss;
}

bool CrashVfs::is_dead(std::string_view path) const { return power_off_ || dead_.contains(process_of(path)); }

bool CrashVfs::may_act(const std::string& path) {
  if (is_dead(path)) return false;
  if (++operations_ != die_at_) return true;
  if (loss_ == Loss::kill)
    dead_.insert(process_of(path));
  else
    power_off_ = true;
  return false;
}

std::shared_ptr<CrashVfs::File> CrashVfs::open(const std::string& path, bool create) {
  const auto found = files_.find(path);
  if (found != files_.end()) return found->second;
  if (!create || is_dead(path)) return nullptr;
  auto made = std::make_shared<File>();
  made->path = path;
  files_[path] = made;
  return made;
}

void CrashVfs::restart(std::string_view path) {
  dead_.erase(process_of(path));
  for (auto& [name, file] : files_)
    if (process_of(name) == process_of(path)) file->shared_memory.clear();
}

void CrashVfs::reboot(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& [name, file] : files_) {
    for (const auto& change : file->unsynced)
      if (loss_ == Loss::some && random() % 2 == 0) apply_change(file->durable, change);
    file->current = file->durable;
    file->unsynced.clear();
    file->shared_memory.clear();
  }
  dead_.clear();
  power_off_ = false;
}

}  // namespace banyan::events_test
