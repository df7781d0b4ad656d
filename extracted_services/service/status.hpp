// HTTP status numbers in words. Pure.
#pragma once
#include <string_view>

namespace banyan::service {

std::string_view reason_phrase(int status);

}  // namespace banyan::service
