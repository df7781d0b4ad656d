#include "orders/order_controller.hpp"
#include "pricing/pricing_service.hpp"

namespace shop::pricing {

namespace json = core::json;

QuoteRequest parse_quote_request(const json::object& body, std::optional<std::int64_t> account) {
  QuoteRequest wanted;
  if (core::has(body, "customer_id")) {
    wanted.customer_id = core::need_positive(body, "customer_id");
  } else if (account) {
    wanted.customer_id = *account;
  } else {
    throw core::ApiError(401, "account_required", "X-Account-Id is required");
  }
  const json::array& items = core::need_array(body, "items");
  if (items.empty() || items.size() > 50) throw core::bad_request("items must have 1 to 50 entries");
  for (const auto& item : items) {
    if (!item.is_object()) throw core::bad_request("items must hold objects");
    LineRequest line;
    line.product_id = core::need_positive(item.as_object(), "product_id");
    line.quantity = core::need_int(item.as_object(), "quantity");
    if (line.quantity < 1 || line.quantity > 999) throw core::bad_request("quantity must be between 1 and 999");
    wanted.lines.push_back(line);
  }
  wanted.coupon = core::text_or(body, "coupon", "");
  return wanted;
}

json::object to_json(const Quote& quote) {
  return {{"customer_id", quote.customer_id},
          {"currency", quote.currency},
          {"items", orders::to_json(quote.items)},
          {"subtotal_cents", quote.subtotal_cents},
          {"discount_cents", quote.discount_cents},
          {"tax_cents", quote.tax_cents},
          {"shipping_cents", quote.shipping_cents},
          {"total_cents", quote.total_cents},
          {"coupon_code", core::text_or_null(quote.coupon_code)}};
}

}  // namespace shop::pricing
