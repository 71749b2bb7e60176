#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/http_message.hpp"

/// Answers for what has a size and an identity: conditional requests and ranges (RFC 9110 §13, §14).
namespace im {

/// A thing that is served: in memory or in a file.
struct HttpContent {
  std::string type;
  std::string etag;  ///< strong, with its quotes; "" = none
  std::uint64_t size = 0;
  std::function<std::shared_ptr<HttpSource>(std::uint64_t first, std::uint64_t count)> open;
  HttpFields headers;  ///< Cache-Control, Vary, …: also of a 304
};

/// 200, 206 for one range (several: the whole, as §14.2 allows), 304, or 416.
HttpResponse content_answer(const HttpRequest& request, const HttpContent& content);
/// Bytes that live as long as the program: assets that are compiled in. The ETag is made of them.
HttpContent asset_content(std::string_view bytes, std::string type);

namespace http {

struct ByteRange {
  std::uint64_t first = 0, count = 0;
};
enum class RangeKind { kWhole, kPart, kNone };
/// "bytes=0-99", "bytes=100-", "bytes=-5" of `size` bytes; kNone: nothing of it is there (416). Pure.
RangeKind read_range(std::string_view value, std::uint64_t size, ByteRange& range);
/// If-None-Match names this ETag, by the weak comparison. Pure.
bool names_etag(std::string_view list, std::string_view etag);
/// Accept-Encoding takes this coding. Pure.
bool accepts_coding(std::string_view value, std::string_view coding);

}  // namespace http
}  // namespace im
