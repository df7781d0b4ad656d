// The page's own style sheet and script (page/page.css, page/page.js), embedded when this library is built.
#pragma once

#include <string_view>

namespace banyan::report {

extern const std::string_view page_css, page_js;
extern const std::string_view page_css_sha256, page_js_sha256;  // hex

}  // namespace banyan::report
