#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/client/http_client.hpp"

/// What an S3 store answers, read from its XML. Pure.
namespace im::s3 {

/// The text of the first element of this name from `at` on, which is moved behind it; "" and npos: there is none.
std::string element(std::string_view xml, std::string_view name, std::size_t& at);
/// The same from the beginning.
std::string element(std::string_view xml, std::string_view name);

/// One page of a list.
struct Listed {
  std::vector<std::string> keys;
  std::string next;  ///< where the next page begins; "" = that was all
};
/// kUnavailable: no list, or more of it that nobody can ask for.
Result<Listed> read_list(std::string_view xml);

/// Uploads in parts that were not finished.
struct OpenUpload {
  std::string key, id;
};
/// One page of them.
struct OpenUploads {
  std::vector<OpenUpload> uploads;
  OpenUpload next;  ///< behind which the next page begins; no key: that was all
};
Result<OpenUploads> read_uploads(std::string_view xml);

/// Of an answer that is no success: kNotFound; kUnavailable with the store's code ("AccessDenied").
Error error_of(const client::HttpAnswer& answer);

}  // namespace im::s3
