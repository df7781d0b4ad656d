#include "inventory/stock_port.hpp"

#include "inventory/stock_service.hpp"

namespace shop::inventory {
namespace {
StockPort* other_adapter = nullptr;
}

StockPort& stock() { return other_adapter != nullptr ? *other_adapter : StockService::instance(); }
void use_stock(StockPort* adapter) { other_adapter = adapter; }

}  // namespace shop::inventory
