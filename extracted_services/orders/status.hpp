// How an order's status may change; the one table both the service and, later, the saga go by. Pure.
//
//   pending -> paid -> shipped -> delivered
//      \--------\--> cancelled
#pragma once
#include <optional>
#include <string_view>

namespace banyan::orders {

enum class Status { pending, paid, shipped, delivered, cancelled };
enum class Step { pay, ship, deliver, cancel };

std::string_view to_string(Status status);
std::optional<Status> parse_status(std::string_view text);
// Nothing: the step is not allowed in this status.
std::optional<Status> after(Status status, Step step);

}  // namespace banyan::orders
