// Files that are compiled in: made by page/embed.cmake. Constants.
#pragma once

#include <string_view>

namespace banyan::admin {

extern const std::string_view page_css, page_css_sha256, page_body, page_js, page_js_sha256;
extern const std::string_view openapi_yaml;

}  // namespace banyan::admin
