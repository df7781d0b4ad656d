#pragma once

#include "core/http.hpp"

namespace shop::core {
class Router;
}

namespace shop::cart {

core::Response show_cart(const core::Request& request);
core::Response add_to_cart(const core::Request& request);
core::Response change_item(const core::Request& request);
core::Response drop_item(const core::Request& request);
core::Response empty_cart(const core::Request& request);
core::Response use_coupon(const core::Request& request);
core::Response checkout(const core::Request& request);

void register_routes(core::Router& router);

}  // namespace shop::cart
