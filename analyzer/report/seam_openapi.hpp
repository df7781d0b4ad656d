// One seam as an OpenAPI 3.1 document: an operation each function that is called across, a schema each type that
// goes with it.
#pragma once

#include "analyzer/advice/seam_api.hpp"

#include <string>

namespace banyan::report {

// Every $ref resolves inside the document. What cannot cross stands under x-cannot-cross, with its places.
std::string seam_openapi(const advice::SeamApi& api, const advice::SymbolIndex& index);

// The same facts for programs: operations, types and what cannot cross.
std::string seam_json(const advice::SeamApi& api);

}  // namespace banyan::report
