#include "core/util.hpp"
#include "customers/customer_controller.hpp"

namespace shop::customers {
namespace {

const char* const kFirst[] = {"Ada", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo"};
const char* const kLast[] = {"Fischer", "Huber", "Jansen", "Keller", "Lang"};
const char* const kPlaces[][3] = {
    {"Berlin", "10115", "DE"}, {"Vienna", "1010", "AT"}, {"Lyon", "69001", "FR"},
    {"Utrecht", "3511", "NL"}, {"Basel", "4001", "CH"},  {"Hamburg", "20095", "DE"},
};

}  // namespace

void seed(core::Database& db) {
  CustomerRepository repository(db);
  for (std::int64_t i = 0; i < 40; ++i) {
    Customer customer;
    const std::string first = kFirst[i % 8], last = kLast[i / 8];
    customer.name = first + " " + last;
    customer.email = core::lower(first + "." + last) + "@example.org";
    customer.tier = i % 10 == 0 ? "gold" : i % 4 == 0 ? "silver" : "basic";
    customer.created_on = core::add_days("2025-06-01", static_cast<int>(i * 3));
    const std::int64_t id = repository.insert(customer);
    const auto& place = kPlaces[i % 6];
    repository.insert_address({0, id, "Main Street " + std::to_string(i + 1), place[0], place[1], place[2], true});
    if (i % 5 == 0) repository.insert_address({0, id, "Office Park 7", "Berlin", "10117", "DE", false});
  }
}

}  // namespace shop::customers
