#pragma once

#include <string_view>

/// Files of logic/client_http/assets, compiled in (cmake/ImAssets.cmake).
namespace im::logic::client_assets {

extern const std::string_view kOpenApi;   ///< openapi.json
extern const std::string_view kDocsHtml;  ///< docs.html
extern const std::string_view kDocsJs;    ///< docs.js
extern const std::string_view kDocsCss;   ///< docs.css

}  // namespace im::logic::client_assets
