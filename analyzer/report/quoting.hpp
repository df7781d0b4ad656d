// How each format writes a foreign name. Input is UTF-8. One function a place where a name may stand; what
// that place cannot hold (control characters, line ends in one-line strings) is replaced by a space or
// U+FFFD.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace banyan::report {

std::string quote_dot(std::string_view text);          // with the quotes; \N and the like stay text
std::string quote_xml(std::string_view text);          // content or attribute
std::string quote_mermaid(std::string_view text);      // with the quotes, as entity codes
std::string quote_csv(std::string_view text);          // a field; never a formula for a spreadsheet
std::string quote_structurizr(std::string_view text);  // with the quotes; " becomes ', \ becomes /
std::string quote_cml(std::string_view text);          // with the quotes
std::string quote_yaml(std::string_view text);         // double-quoted scalar
std::string uri_of(std::string_view path);             // relative reference: RFC 3986, path characters kept
std::string comment_line(std::string_view text);       // on one line, so that a comment ends where it should

// Distinct identifiers made of names: letters, digits and '_', never starting with a digit; "orders",
// "orders_2".
class Identifiers {
 public:
  explicit Identifiers(std::string suffix = {}) : suffix_(std::move(suffix)) {}
  std::string make(std::string_view name);

 private:
  std::string suffix_;
  std::set<std::string> taken_;
};

// Distinct names for Backstage: [a-z0-9-], at most 63 characters.
class EntityNames {
 public:
  std::string make(std::string_view name);

 private:
  std::set<std::string> taken_;
};

}  // namespace banyan::report
