// The bank simulator: the outside world that the payments service moves money in. A process with a ledger of
// its own, so that "was the card charged twice?" is answered by the one who would know.
//
// It knows its callers' keys: the same key moves money once. On command (POST /v1/faults) it declines,
// delays, cuts connections before or after it has acted.
#pragma once
#include "extracted_services/service/program.hpp"

namespace banyan::bank {

service::Definition definition();

}  // namespace banyan::bank
