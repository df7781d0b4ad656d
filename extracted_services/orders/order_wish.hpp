// A priced order as callers send it. Bounds keep every sum far from overflow.
#pragma once
#include "extracted_services/orders/lifecycle.hpp"
#include "extracted_services/service/fields.hpp"

namespace banyan::orders {

using Cents = service::Bounded<0, 1'000'000'000>;

struct ItemWish {
  service::Positive product_id;
  std::string sku;
  std::string name;
  service::Bounded<1, 999> quantity;
  Cents unit_price_cents;
};
BOOST_DESCRIBE_STRUCT(ItemWish, (), (product_id, sku, name, quantity, unit_price_cents))

struct OrderWish {
  service::Positive customer_id;
  service::List<ItemWish, 1, 50> items;
  std::optional<Cents> discount_cents;
  std::optional<Cents> tax_cents;
  std::optional<Cents> shipping_cents;
  std::optional<std::string> coupon_code;
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(OrderWish, (),
                      (customer_id, items, discount_cents, tax_cents, shipping_cents, coupon_code, currency))

NewOrder new_order(const OrderWish& wish);

}  // namespace banyan::orders
