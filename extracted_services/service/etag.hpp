// Entity tags (RFC 9110 8.8.3, 13.1.2): a caller that has an answer already need not be sent it again. Pure.
#pragma once
#include <string>
#include <string_view>

namespace banyan::service {

// A strong tag: the same body, the same tag.
std::string etag_of(std::string_view body);
// Does If-None-Match name it? Compared weakly; "*" names every tag.
bool names_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace banyan::service
