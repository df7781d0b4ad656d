#include "extracted_services/orders/order_wish.hpp"

namespace banyan::orders {
namespace {
std::int64_t or_zero(const std::optional<Cents>& cents) { return cents ? cents->value : 0; }
}  // namespace

NewOrder new_order(const OrderWish& wish) {
  NewOrder wanted{wish.customer_id.value,
                  wish.currency.value_or("EUR"),
                  {},
                  or_zero(wish.discount_cents),
                  or_zero(wish.tax_cents),
                  or_zero(wish.shipping_cents),
                  wish.coupon_code};
  for (const auto& item : wish.items.values)
    wanted.items.push_back(
        {0, item.product_id.value, item.sku, item.name, item.quantity.value, item.unit_price_cents.value, 0});
  return wanted;
}

}  // namespace banyan::orders
