#include "extracted_services/store/store.hpp"

#include <sqlite3.h>

namespace banyan::store {

Store::Store(const std::filesystem::path& file, std::unique_ptr<Connection> connection, std::size_t readers)
    : writer_(std::move(connection)), readers_(file, readers) {}

void Store::stop() {
  readers_.stop();
  writer_.stop();
}

std::string engine_note() {
  return std::string("SQLite ") + sqlite3_libversion() +
         ", WAL, synchronous=FULL; one process and one connection write and checkpoint, all others read only";
}

}  // namespace banyan::store
