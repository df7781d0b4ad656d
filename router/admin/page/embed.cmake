# Writes OUTPUT: page and OpenAPI text as C++ strings, with the SHA-256 that the page's security policy names.
# cmake -DPAGE=folder -DOPENAPI=admin-api.yaml -DOUTPUT=assets.cpp -P embed.cmake
# The parts of the script share one function scope, which base.js opens and start.js closes. A string literal holds at
# most 64 KiB in some compilers, so each part is one.
file(READ "${PAGE}/page.css" css)
file(READ "${PAGE}/page.html" html)
file(READ "${OPENAPI}" openapi)
string(SHA256 css_hash "${css}")
set(js "")
set(literals "")
foreach(part base view choose changes differences start)
  file(READ "${PAGE}/${part}.js" text)
  string(APPEND js "${text}")
  string(APPEND literals " R\"=====(${text})=====\"\n")
endforeach()
string(SHA256 js_hash "${js}")
file(WRITE "${OUTPUT}" "#include \"router/admin/assets.hpp\"

namespace banyan::admin {
const std::string_view page_css = R\"=====(${css})=====\";
const std::string_view page_css_sha256 = \"${css_hash}\";
const std::string_view page_body = R\"=====(${html})=====\";
const std::string_view page_js =
${literals};
const std::string_view page_js_sha256 = \"${js_hash}\";
const std::string_view openapi_yaml = R\"=====(${openapi})=====\";
}  // namespace banyan::admin
")
