#pragma once

#include "logic/media/download_service.hpp"
#include "logic/media/upload_sink.hpp"
#include "logic/part.hpp"

namespace im::logic::media {

/// The addresses of media on the public port: bytes up in ranges, how far they are, and down. Any thread.
class MediaHttp {
 public:
  struct Uses {
    UploadService& uploads;
    DownloadService& downloads;
    const TokenSigner& signer;
    UploadPools pools;
  };
  MediaHttp(Uses uses, std::uint64_t max_size)
      : uploads_(uses.uploads),
        downloads_(uses.downloads),
        signer_(uses.signer),
        pools_(uses.pools),
        max_size_(max_size) {}
  void add_routes(HttpServer& open);

 private:
  std::optional<HttpResponse> admit_put(HttpRequest& head);
  /// "": it is `range`.
  static std::string range_problem(const HttpRequest& head, const UploadTicket& ticket, ContentRange& range);
  HttpResponse no_ticket(const Failure& failure);
  void tell_progress(const HttpRequest& request, HttpReply reply);
  void give(HttpRequest request, HttpReply reply);
  Outcome<UploadTicket> ticket_of(const HttpRequest& request);

  UploadService& uploads_;
  DownloadService& downloads_;
  const TokenSigner& signer_;
  const UploadPools pools_;
  const std::uint64_t max_size_;
};

}  // namespace im::logic::media
