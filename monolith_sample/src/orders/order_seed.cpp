#include "core/clock.hpp"
#include "core/database.hpp"
#include "core/util.hpp"
#include "orders/order_controller.hpp"
#include "orders/order_service.hpp"
#include "payments/payment_service.hpp"
#include "pricing/pricing_service.hpp"
#include "shipping/shipment_service.hpp"

namespace shop::orders {
namespace {

// A small generator of our own: the same numbers on every machine.
class Dice {
 public:
  std::int64_t roll(std::int64_t below) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(below));
  }

 private:
  std::uint64_t state_ = 20260101;
};

pricing::QuoteRequest random_request(Dice& dice, int number) {
  pricing::QuoteRequest wanted;
  wanted.customer_id = 1 + dice.roll(40);
  const std::int64_t lines = 1 + dice.roll(3);
  for (std::int64_t i = 0; i < lines; ++i) wanted.lines.push_back({1 + dice.roll(60), 1 + dice.roll(4)});
  if (number % 7 == 2) wanted.coupon = "WELCOME10";
  return wanted;
}

// What became of the order since.
void live_on(const Order& order, int number) {
  auto& shipping = shipping::ShipmentService::instance();
  const auto shipment = shipping.of_order(order.id);
  if (shipment && number % 3 != 0) {
    shipping.dispatch(shipment->id);
    if (number % 2 == 0) shipping.deliver(shipment->id);
  }
  if (order.payment_id != 0 && number % 19 == 5) {
    payments::PaymentService::instance().refund(order.payment_id, order.subtotal_cents / 4, "damaged");
  }
  if (number % 15 == 9) OrderService::instance().cancel(order.id, "changed my mind");
}

}  // namespace

void seed(core::Database&) {
  Dice dice;
  for (int number = 1; number <= 120; ++number) {
    core::Clock::instance().set_today(core::add_days("2026-01-01", number / 2));
    const bool invoice = number % 11 == 4;
    const PaymentChoice choice{invoice ? "invoice" : "card", invoice ? "" : "tok_visa"};
    live_on(OrderService::instance().place(random_request(dice, number), choice), number);
  }
}

}  // namespace shop::orders
