// SHA-256 (FIPS 180-4) as lower-case hex. Pure; any thread.
#pragma once
#include <string>
#include <string_view>

namespace banyan::service {

std::string sha256_hex(std::string_view bytes);

}  // namespace banyan::service
