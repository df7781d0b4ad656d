// The payments' way to the bank: `run --bank HOST:PORT`, the endpoints of charges, and the courier that asks.
#pragma once
#include "extracted_services/service/companion.hpp"

namespace banyan::payments {

std::unique_ptr<service::Companion> make_bank_companion();

}  // namespace banyan::payments
