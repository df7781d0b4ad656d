#include "extracted_services/orders/status.hpp"

#include <array>
#include <utility>

namespace banyan::orders {
namespace {
constexpr std::array<std::string_view, 5> names{"pending", "paid", "shipped", "delivered", "cancelled"};
}

std::string_view to_string(Status status) { return names[static_cast<std::size_t>(status)]; }

std::optional<Status> parse_status(std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return static_cast<Status>(i);
  return std::nullopt;
}

std::optional<Status> after(Status status, Step step) {
  switch (step) {
    case Step::pay:
      return status == Status::pending ? std::optional(Status::paid) : std::nullopt;
    case Step::ship:
      return status == Status::paid ? std::optional(Status::shipped) : std::nullopt;
    case Step::deliver:
      return status == Status::shipped ? std::optional(Status::delivered) : std::nullopt;
    case Step::cancel:
      return status == Status::pending || status == Status::paid ? std::optional(Status::cancelled)
                                                                 : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace banyan::orders
