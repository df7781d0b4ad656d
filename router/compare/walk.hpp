// Two JSON values -> their differences. Internal to compare/.
#pragma once

#include "router/compare/compare.hpp"
#include "router/compare/path.hpp"

#include <boost/json.hpp>

#include <utility>
#include <vector>

namespace banyan::compare {

namespace json = boost::json;

inline std::string_view view(json::string_view text) { return {text.data(), text.size()}; }
std::string shorten(std::string text);
std::string brief(const json::value& value);
Value value_of(const json::value& value);

class Walk {
 public:
  Walk(const Rules& rules, std::size_t keep, Result& result);
  void values(const json::value& a, const json::value& b);

 private:
  bool any(const std::vector<PathPattern>& patterns) const;
  bool ignored() const { return any(ignore_); }
  bool tolerated(const json::value& a, const json::value& b) const;
  void report(Kind kind, const json::value* a, const json::value* b);
  void objects(const json::object& a, const json::object& b);
  void arrays(const json::array& a, const json::array& b);
  void in_order(const json::array& a, const json::array& b);
  void unordered_arrays(const json::array& a, const json::array& b);
  void pairs(const json::array& a, const json::array& b, const std::vector<std::pair<std::size_t, std::size_t>>& pairs);
  void lone(Kind kind, std::size_t index, const json::value& value);
  bool same_element(const json::value& a, const json::value& b);

  template <class Act>
  void at(Step step, Act act) {
    place_.push_back(step);
    act();
    place_.pop_back();
  }

  std::vector<PathPattern> ignore_, unordered_, redact_;
  std::vector<std::pair<PathPattern, double>> tolerance_;
  std::vector<Step> place_;
  std::size_t keep_;
  Result& result_;
};

}  // namespace banyan::compare
