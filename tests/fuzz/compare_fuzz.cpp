// Bodies of two upstreams, separated by a NUL: compared, learned from, grouped, redacted and reported.
#include "router/compare/report.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace banyan::compare;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto cut = std::min(all.find('\0'), all.size());
  const std::string_view first = all.substr(0, cut), second = all.substr(std::min(cut + 1, all.size()));
  Rules rules;
  rules.redact = {"$.a", "$..secret"};
  rules.unordered = {"$.u"};
  Differ differ(rules);
  const Exchange exchange{{"GET", std::string(first.substr(0, 64)), "t"},
                          {200, "application/json", first, {{"x", second.substr(0, 40)}}},
                          {200, "application/json", second},
                          Answer{200, "application/json", second},
                          true};
  for (int i = 0; i < 3; ++i) {
    differ.first_look(exchange);
    differ.take(exchange, i);
  }
  differ.settle(100'000);
  report_text(report_json(differ), "c");
  return 0;
}
