// First load of a service's tables from the monolith's database, which is only read, in one snapshot.
//
// The import replaces the whole content of its tables in one transaction: run again, it brings them up to
// date and doubles nothing. It refuses to run over changes the service has made itself since the last import.
#pragma once
#include "extracted_services/store/connection.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace banyan::service {

struct TableCopy {
  std::string table;    // ours
  std::string columns;  // "product_id, sku, name"
  std::string select;   // on the monolith's database: the same columns, in this order
  // The monolith's AUTOINCREMENT table whose counter ours goes on from, so that no id is given twice.
  std::string counter{};
};

// Parents before children. Answers the rows of each table. Throws StoreError with words when it refuses.
std::vector<std::pair<std::string, std::int64_t>> import_tables(store::Connection& from,
                                                                store::Connection& into,
                                                                const std::vector<TableCopy>& copies,
                                                                bool replace);

}  // namespace banyan::service
