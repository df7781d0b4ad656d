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

  Differ later(rules);
  if (!later.learn_again(differ.learned())) __builtin_trap();
  if (later.noise() != differ.noise()) __builtin_trap();
  // What stands in a file may be anything: the input itself, and what was learned with the input laid over it.
  std::string laid = differ.learned();
  for (std::size_t i = 0, at = size; i < size && !laid.empty(); ++i) laid[(at += 7) % laid.size()] ^= static_cast<char>(data[i]);
  for (const std::string& bytes : {std::string(all), laid.substr(std::min<std::size_t>(laid.size(), 11))}) {
    Packer head;
    head(std::uint64_t{1})(fnv1a(bytes));
    Differ taught(rules);
    if (!taught.learn_again(head.take() + bytes)) continue;
    taught.first_look(exchange);
    taught.take(exchange, 1);
    taught.settle(100'000);
    report_text(report_json(taught), "c");
  }
  return 0;
}
