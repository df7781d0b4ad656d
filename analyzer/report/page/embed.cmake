# Writes OUTPUT: the style sheet and the script as C++ strings, with the SHA-256 that the page's security policy names.
# cmake -DCSS=page.css -DJS=page.js -DOUTPUT=page_assets.cpp -P embed.cmake
file(READ "${CSS}" css)
file(READ "${JS}" js)
string(SHA256 css_hash "${css}")
string(SHA256 js_hash "${js}")
file(WRITE "${OUTPUT}" "#include \"analyzer/report/page_assets.hpp\"

namespace banyan::report {
const std::string_view page_css = R\"=====(${css})=====\";
const std::string_view page_css_sha256 = \"${css_hash}\";
const std::string_view page_js = R\"=====(${js})=====\";
const std::string_view page_js_sha256 = \"${js_hash}\";
}  // namespace banyan::report
")
