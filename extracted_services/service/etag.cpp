#include "extracted_services/service/etag.hpp"

#include "extracted_services/service/digest.hpp"
#include "router/http/characters.hpp"

namespace banyan::service {

std::string etag_of(std::string_view body) { return '"' + sha256_hex(body).substr(0, 32) + '"'; }

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  bool named = http::trim(if_none_match) == "*";
  http::for_each_element(if_none_match, [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    named = named || tag == etag;
  });
  return named;
}

}  // namespace banyan::service
