#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/media/upload_sink.hpp"
#include "logic/part.hpp"

namespace im::logic::media {

/// The addresses of media on the public port: bytes up in ranges, and how far they are. Any thread.
class MediaHttp {
 public:
  MediaHttp(UploadService& uploads, const TokenSigner& signer, BlockingPool& pool, std::uint64_t max_size)
      : uploads_(uploads), signer_(signer), pool_(pool), max_size_(max_size) {}
  void add_routes(HttpServer& open);

 private:
  std::optional<HttpResponse> admit_put(HttpRequest& head) const;
  void tell_progress(const HttpRequest& request, HttpReply reply);
  Outcome<UploadTicket> ticket_of(const HttpRequest& request) const;

  UploadService& uploads_;
  const TokenSigner& signer_;
  BlockingPool& pool_;
  const std::uint64_t max_size_;
};

}  // namespace im::logic::media
