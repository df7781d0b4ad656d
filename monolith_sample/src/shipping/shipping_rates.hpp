// Postage by country and weight.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shop::shipping {

struct Rate {
  std::string country;
  std::int64_t up_to_grams = 0;
  std::int64_t price_cents = 0;
};

// The cheapest class that carries the weight; the heaviest class' price, doubled, when none does.
std::int64_t rate_cents(const std::string& country, std::int64_t grams);
std::vector<Rate> rates(const std::string& country);

}  // namespace shop::shipping
