// docs/reference/router.schema.json, as it was when this program was built.
#pragma once

namespace banyan::cli {

extern const char* const config_schema_text;

}  // namespace banyan::cli
