#pragma once

#include <string_view>

/// Files of logic/push_api/assets, compiled in (cmake/ImAssets.cmake).
namespace im::logic::assets {

extern const std::string_view kOpenApi;   ///< openapi.json
extern const std::string_view kDocsHtml;  ///< docs.html
extern const std::string_view kDocsJs;    ///< docs.js
extern const std::string_view kDocsCss;   ///< docs.css

}  // namespace im::logic::assets
