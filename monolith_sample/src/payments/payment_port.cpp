#include "payments/payment_port.hpp"

#include "payments/payment_service.hpp"

namespace shop::payments {
namespace {
PaymentPort* other_adapter = nullptr;
}

PaymentPort& ledger() { return other_adapter != nullptr ? *other_adapter : PaymentService::instance(); }
void use_ledger(PaymentPort* adapter) { other_adapter = adapter; }

}  // namespace shop::payments
